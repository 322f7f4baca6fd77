import numpy as np
import pytest
from rich.console import Console

from attending.errors import InputError
from attending.evaluation import comparison_table, evaluate

RANDOM = np.random.default_rng(5)
LABELS = RANDOM.random((30, 9)) < 0.3


def shown(table):
    console = Console(width=120, record=True, file=None, quiet=False)
    with console.capture() as capture:
        console.print(table)
    return capture.get()


def test_systems_stand_side_by_side_in_percent():
    good = evaluate(LABELS, 0.8 * LABELS + 0.1, 0.5)
    guess = evaluate(LABELS, RANDOM.random((30, 9)), 0.5)
    text = shown(comparison_table({"good": good, "guess": guess}))
    assert "30 documents, 9 codes, of which 9 occur" in text
    row = next(line for line in text.splitlines() if "F1 micro" in line)
    assert "100.00" in row
    assert f"{100 * guess.f1_micro:.2f}" in row
    assert "Precision at 8" in text
    assert "Precision at 15" not in text


def test_what_is_not_defined_is_a_dash():
    none = evaluate(np.zeros((4, 2), bool), np.full((4, 2), 0.1), 0.5)
    row = next(line for line in shown(comparison_table({"none": none})).splitlines() if "AUC micro" in line)
    assert "-" in row
    assert "nan" not in row


def test_systems_measured_on_different_documents_are_refused():
    one = evaluate(LABELS, RANDOM.random((30, 9)), 0.5)
    other = evaluate(LABELS[:20], RANDOM.random((20, 9)), 0.5)
    with pytest.raises(InputError, match="same documents and codes, got 2 different sets"):
        comparison_table({"one": one, "other": other})
    with pytest.raises(InputError, match="got 0 different sets"):
        comparison_table({})
