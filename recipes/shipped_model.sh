#!/usr/bin/env bash
# Makes the model that ships inside the package, from data to card. Run it as `make model`.
#
# Data: our synthetic hospital; CodiEsp (English, data/codiesp, CC BY 4.0), whose training part is read three times an
# epoch and whose development part is only scored; problem lists made of ICD-10-CM's own titles and inclusion terms. The
# backbone is MiniLM (Apache-2.0). The test hospital says things in wordings that training never saw: a quarter of its
# patients is what the lexicon's weight and the calibration are fitted to (the weight also to CodiEsp's validation
# part, the handwritten notes for development and the pieces of notes), the others are scored.
#
# RUNS, ADMISSIONS and CHANGES may be set to try the walk in little: ADMISSIONS=60 CHANGES="--epochs 0.1".
set -euo pipefail
cd "$(dirname "$0")/.."
# Keep the memory of large tensors from step to step: a fifth less time where malloc would give it back each time.
export MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=100000000000 MALLOC_TOP_PAD_=536870912
RUNS=${RUNS:-runs/shipped}
ADMISSIONS=${ADMISSIONS:-7500}
CHANGES=${CHANGES:-}
MODEL=${MODEL:-src/attending/shipped_model}
FIFTY="--codes mimic-iv-50 --keep-without-label --overwrite"

if [ -e "$RUNS/run/arguments.yaml" ]; then
  RESUME=--resume # the data are there; go on where training was interrupted
else
  RESUME=
  # shellcheck disable=SC2086
  {
    attending synthesize "$RUNS/hospital" --admissions "$ADMISSIONS" --seed 1 --wordings train --overwrite
    attending prepare "$RUNS/hospital" "$RUNS/synthetic" --fractions 0.98 0.01 0.01 $FIFTY
    attending synthesize "$RUNS/test-hospital" --admissions $((ADMISSIONS / 10 + 50)) --seed 2 --wordings held-out --overwrite
    attending prepare "$RUNS/test-hospital" "$RUNS/synthetic-held-out" --fractions 0.05 0.25 0.7 $FIFTY
    attending prepare data/codiesp/codiesp_en.jsonl.gz "$RUNS/codiesp" $FIFTY
    python recipes/problem_lists.py "$RUNS/lists.jsonl"
    attending prepare "$RUNS/lists.jsonl" "$RUNS/lists" --fractions 0.98 0.01 0.01 $FIFTY
    python recipes/handwritten_notes.py "$RUNS/handwritten.jsonl" "$RUNS/pieces.jsonl"
    attending prepare "$RUNS/handwritten.jsonl" "$RUNS/handwritten" --fractions 0.05 0.9 0.05 $FIFTY
    attending prepare "$RUNS/pieces.jsonl" "$RUNS/pieces" --fractions 0.05 0.9 0.05 $FIFTY
    python recipes/shipped_backbone.py "$RUNS/backbone" --corpus "$RUNS/synthetic" --corpus "$RUNS/codiesp" --corpus "$RUNS/lists"
  }
fi

# shellcheck disable=SC2086
attending train recipes/shipped.yaml "$RUNS/run" $RESUME $CHANGES --backbone "$RUNS/backbone" \
  --corpus "$RUNS/synthetic" --corpus "$RUNS/codiesp" --corpus "$RUNS/codiesp" --corpus "$RUNS/codiesp" --corpus "$RUNS/lists"

rm -rf "$RUNS/model"
cp -r "$RUNS/run/model" "$RUNS/model"
attending combine "$RUNS/model" "$RUNS/synthetic-held-out" "$RUNS/codiesp" "$RUNS/handwritten" "$RUNS/pieces"
attending calibrate "$RUNS/model" "$RUNS/synthetic-held-out" --keep-proposals
attending evaluate "$RUNS/synthetic-held-out" --fit "$RUNS/synthetic" --model "$RUNS/model" \
  --output "$RUNS/report-synthetic.json" --name "the synthetic hospital with held-out wordings"
attending evaluate "$RUNS/codiesp" --model "$RUNS/model" --output "$RUNS/report-codiesp.json" --name "CodiEsp (English)"
attending card "$RUNS/model" --about recipes/shipped_model.md --run "$RUNS/run" \
  --report "$RUNS/report-synthetic.json" --report "$RUNS/report-codiesp.json"
rm -rf "$MODEL"
cp -r "$RUNS/model" "$MODEL"
echo "The shipped model is in $MODEL"
