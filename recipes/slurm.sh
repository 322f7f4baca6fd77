#!/usr/bin/env bash
# Two machines with four GPUs each, under Slurm:
#   sbatch recipes/slurm.sh recipes/reference.yaml RUN --corpus CORPUS --backbone FOLDER --tokenizer FOLDER
# All machines must see RUN. Two minutes before its limit Slurm sends SIGTERM: training writes a checkpoint and ends,
# the job is put back in the queue, and it goes on where it was.
#SBATCH --job-name=attending
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=4
#SBATCH --cpus-per-task=16
#SBATCH --time=24:00:00
#SBATCH --signal=B:TERM@120
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail
RECIPE=$1 RUN=$2
shift 2
RESUME=()
if [ -e "$RUN/arguments.yaml" ]; then RESUME=(--resume); fi
HEAD=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)

srun torchrun \
  --nnodes "$SLURM_NNODES" --nproc-per-node 4 \
  --rdzv-backend c10d --rdzv-endpoint "$HEAD:29500" --rdzv-id "$SLURM_JOB_ID" \
  -m attending train "$RECIPE" "$RUN" "${RESUME[@]}" "$@" &
TRAINING=$!
STOPPED=
trap 'STOPPED=1; kill -TERM "$TRAINING"' TERM
CODE=0
wait "$TRAINING" || CODE=$?
if [ -n "$STOPPED" ]; then
  wait "$TRAINING" || true # the first wait ended with the signal; the checkpoint is written in this one
  scontrol requeue "$SLURM_JOB_ID"
  exit 0
fi
exit "$CODE"
