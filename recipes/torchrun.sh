#!/usr/bin/env bash
# One machine with several GPUs: one process a GPU. What was begun is resumed.
#   recipes/torchrun.sh recipes/reference.yaml RUN --corpus CORPUS --backbone FOLDER --tokenizer FOLDER
# GPUS may be set to use fewer than there are. documents_a_step (80) stays what it is: 8 GPUs read 10 documents each
# at once, 4 GPUs do so twice a step. Numbers that cannot be met are refused with those that can.
set -euo pipefail
RECIPE=$1 RUN=$2
shift 2
GPUS=${GPUS:-$(nvidia-smi --list-gpus | wc -l)}
RESUME=()
if [ -e "$RUN/arguments.yaml" ]; then RESUME=(--resume); fi
exec torchrun --standalone --nproc-per-node "$GPUS" -m attending train "$RECIPE" "$RUN" "${RESUME[@]}" "$@"
