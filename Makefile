# make demo   code a discharge summary with the shipped model
# make test   run every check and test
# make model  train the shipped model again (about an hour on two cores)
#
# Each makes the virtual environment it needs. Another PyTorch build: make demo TORCH=torch==2.13.0

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
TORCH_VERSION := 2.13.0
# Without a GPU the CPU build, which is ten times smaller, if pip can find it; with one, the build that PyPI names.
TORCH ?= $(shell command -v nvidia-smi >/dev/null 2>&1 && echo torch==$(TORCH_VERSION) || echo torch==$(TORCH_VERSION)+cpu)
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
export HF_HUB_OFFLINE := 1
export TOKENIZERS_PARALLELISM := false

.PHONY: demo test model clean

demo: $(VENV)/.run
	$(BIN)/attending predict examples/pneumonia.txt

test: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest

model: $(VENV)/.dev
	PATH="$(abspath $(BIN)):$$PATH" recipes/shipped_model.sh

$(BIN)/python:
	$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing. On Debian: apt-get install python3-venv"; exit 2; }

$(VENV)/.torch: $(BIN)/python
	$(PIP) install "$(TORCH)" 2>/dev/null || $(PIP) install torch==$(TORCH_VERSION)
	touch $@

$(VENV)/.run: $(VENV)/.torch pyproject.toml constraints.txt
	$(PIP) install -c constraints.txt -e .
	touch $@

$(VENV)/.dev: $(VENV)/.run
	$(PIP) install -c constraints.txt -e ".[dev]"
	touch $@

clean:
	rm -rf $(VENV) build dist src/*.egg-info
