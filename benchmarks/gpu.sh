#!/usr/bin/env bash
# All figures that need a GPU, in one call of less than ten minutes: JSON lines on standard output.
# Usage: benchmarks/gpu.sh > benchmarks/results/gpu-DEVICE-DATE.jsonl   (from the repository's root, any machine with CUDA)
set -euo pipefail
cd "$(dirname "$0")/.."
export HF_HUB_OFFLINE=1 PYTHONPATH=src:benchmarks
python=${PYTHON:-python3}
if ! "$python" -c "import torch; assert torch.cuda.is_available()" 2>/dev/null; then
  echo "benchmarks/gpu.sh: no GPU is seen by PyTorch ($python). Set PYTHON to one that has CUDA, or run it elsewhere." >&2
  exit 2
fi
"$python" benchmarks/model.py biogpt --documents 64
"$python" benchmarks/model.py biogpt-large --documents 32
