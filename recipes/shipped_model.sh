#!/usr/bin/env bash
# Makes the model that ships inside the package, from data to card. Run it as `make model`.
#
# Data: our synthetic hospital, and CodiEsp (English, data/codiesp, CC BY 4.0). Its training part is read three times an
# epoch; its development part is only scored. The test hospital says things in wordings that training never saw.
#
# RUNS, ADMISSIONS and CHANGES may be set to try the walk in little: ADMISSIONS=60 CHANGES="--epochs 1".
set -euo pipefail
cd "$(dirname "$0")/.."
# Keep the memory of large tensors from step to step: a fifth less time where malloc would give it back each time.
export MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=100000000000 MALLOC_TOP_PAD_=536870912
RUNS=${RUNS:-runs/shipped}
ADMISSIONS=${ADMISSIONS:-10000}
CHANGES=${CHANGES:-}
MODEL=${MODEL:-src/attending/shipped_model}

if [ -e "$RUNS/run/arguments.yaml" ]; then
  RESUME=--resume # the data are there; go on where training was interrupted
else
  RESUME=
  attending synthesize "$RUNS/hospital" --admissions "$ADMISSIONS" --seed 1 --wordings train --overwrite
  attending prepare "$RUNS/hospital" "$RUNS/synthetic" --codes mimic-iv-50 --keep-without-label \
    --fractions 0.94 0.03 0.03 --overwrite
  attending synthesize "$RUNS/test-hospital" --admissions $((ADMISSIONS / 12)) --seed 2 --wordings held-out --overwrite
  attending prepare "$RUNS/test-hospital" "$RUNS/synthetic-held-out" --codes mimic-iv-50 --keep-without-label \
    --fractions 0.05 0.05 0.9 --overwrite
  attending prepare data/codiesp/codiesp_en.jsonl.gz "$RUNS/codiesp" --codes mimic-iv-50 --keep-without-label --overwrite
fi

# shellcheck disable=SC2086
attending train recipes/shipped.yaml "$RUNS/run" $RESUME $CHANGES \
  --corpus "$RUNS/synthetic" --corpus "$RUNS/codiesp" --corpus "$RUNS/codiesp" --corpus "$RUNS/codiesp"

attending evaluate "$RUNS/synthetic-held-out" --fit "$RUNS/synthetic" --model "$RUNS/run/model" --output "$RUNS/report-synthetic.json" \
  --name "the synthetic hospital with held-out wordings"
attending evaluate "$RUNS/codiesp" --model "$RUNS/run/model" --output "$RUNS/report-codiesp.json" \
  --name "CodiEsp (English)"
attending card "$RUNS/run/model" --about recipes/shipped_model.md --run "$RUNS/run" \
  --report "$RUNS/report-synthetic.json" --report "$RUNS/report-codiesp.json"
rm -rf "$MODEL"
cp -r "$RUNS/run/model" "$MODEL"
echo "The shipped model is in $MODEL"
