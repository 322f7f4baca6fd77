"""The corpora that models are compared on: a training hospital, one with held-out wordings, CodiEsp; made once."""

from pathlib import Path
from typing import Any

from attending.corpus import Corpus, prepare, prepare_own, read_corpus
from attending.corpus.synthetic import synthesize

Shares = tuple[float, float, float]
CODIESP = Path(__file__).parents[1] / "data" / "codiesp" / "codiesp_en.jsonl.gz"


def compared(work: Path, training: tuple[int, Shares], held_out: tuple[int, Shares]) -> dict[str, Corpus]:
    """Make the corpora that are not there yet, each with the 50 codes of the benchmark, and read them.

    Args:
        work: Where they are kept, in the folders training, held-out and codiesp.
        training: Admissions of the training hospital, and its shares of training, validation and test patients.
        held_out: The same of the hospital with held-out wordings.
    """
    fifty: dict[str, Any] = {"codes": "mimic-iv-50", "keep_without_label": True}
    if not (work / "training").is_dir():
        synthesize(work / "training-hospital", admissions=training[0], seed=1, wordings="train", overwrite=True)
        prepare(work / "training-hospital", work / "training", fractions=training[1], **fifty)
    if not (work / "held-out").is_dir():
        synthesize(work / "held-out-hospital", admissions=held_out[0], seed=2, wordings="held-out", overwrite=True)
        prepare(work / "held-out-hospital", work / "held-out", fractions=held_out[1], **fifty)
    if not (work / "codiesp").is_dir():
        prepare_own(CODIESP, work / "codiesp", **fifty)
    return {name: read_corpus(work / name) for name in ("training", "held-out", "codiesp")}
