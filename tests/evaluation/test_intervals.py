import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attending.errors import InputError
from attending.evaluation import Predictions, bootstrap, compare, evaluate
from attending.evaluation.resamples import draw_patients, resampled_figures


def made_up(documents, codes, *, seed=0, kind=np.float32, digits=1):
    """Labels, probabilities with ties, and patients with one to four documents; the last code never occurs."""
    random = np.random.default_rng(seed)
    probabilities = np.round(random.random((documents, codes)) ** 2, digits).astype(kind)
    labels = random.random((documents, codes)) < 0.8 * probabilities
    labels[:, -1] = False
    labels[0] = False
    subjects = [f"patient {number}" for number in random.integers(max(2, documents // 2), size=documents)]
    return labels, probabilities, subjects


def same(one, other):
    return (math.isnan(one) and (other is None or math.isnan(other))) or one == pytest.approx(other, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(4, 30), st.integers(1, 20), st.integers(0, 10**6), st.sampled_from([np.float16, np.float32, np.float64])
)
def test_every_resample_is_scored_as_its_documents_would_be(documents, codes, seed, kind):
    labels, probabilities, _ = made_up(documents, codes, seed=seed, kind=kind)
    limits = np.random.default_rng(seed).random(codes)
    weights = np.random.default_rng(seed).integers(0, 4, (documents, 5)).astype(np.float32)
    weights[:, 0] = 1
    figures = resampled_figures(labels, probabilities, limits, weights, ranking=5)
    for resample in range(5):
        rows = np.repeat(np.arange(documents), weights[:, resample].astype(int))
        if not len(rows):
            assert all(np.isnan(figure[resample]) for figure in figures.values())
            continue
        expected = evaluate(labels[rows], probabilities[rows], limits).as_dict()
        assert figures.keys() == expected.keys() - {"documents", "codes", "codes_occurring"}
        for name, figure in figures.items():
            assert same(figure[resample], expected[name]), (name, resample)


def test_blocks_change_nothing(monkeypatch):
    labels, probabilities, subjects = made_up(60, 12)
    whole = bootstrap(labels, probabilities, 0.3, subjects, resamples=30, ranking_resamples=20)
    for entries in (1, 50, 400):
        monkeypatch.setattr("attending.evaluation.arrays._BLOCK_ENTRIES", entries)
        monkeypatch.setattr("attending.evaluation.resamples._BLOCK_NUMBERS", entries)
        parts = bootstrap(labels, probabilities, 0.3, subjects, resamples=30, ranking_resamples=20)
        for name, estimate in whole.estimates.items():
            for one, other in zip(vars(estimate).values(), vars(parts.estimates[name]).values(), strict=True):
                assert same(one, other), (name, entries)


def test_patients_are_drawn_with_all_their_documents():
    patients = np.array([0, 1, 0, 2, 2, 2])
    weights = draw_patients(patients, 500, seed=1)
    assert (weights[:, 0] == 1).all()
    assert (weights[0] == weights[2]).all()
    assert (weights[3] == weights[5]).all()
    # As many patients as there are, in each resample; each once on average.
    assert (weights[[0, 1, 3]].sum(axis=0) == 3).all()
    assert weights[:, 1:].mean(axis=1) == pytest.approx(1, abs=0.15)


def test_the_same_seed_gives_the_same_intervals_and_another_does_not():
    labels, probabilities, subjects = made_up(80, 6)
    one = bootstrap(labels, probabilities, 0.3, subjects, resamples=50, ranking_resamples=10, seed=5)
    assert one == bootstrap(labels, probabilities, 0.3, subjects, resamples=50, ranking_resamples=10, seed=5)
    assert one != bootstrap(labels, probabilities, 0.3, subjects, resamples=50, ranking_resamples=10, seed=6)


def test_intervals_hold_the_true_figure_as_often_as_they_say():
    # Patients of 5 documents that share their fate: intervals that took documents for independent would be too narrow.
    random = np.random.default_rng(0)
    held = {"by patient": 0, "by document": 0}
    for trial in range(200):
        fate = np.repeat(random.random((40, 1)) < 0.7, 5, axis=0)
        labels = np.ones((200, 1), bool)
        subjects = [str(patient) for patient in np.repeat(np.arange(40), 5)]
        for way, drawn in (("by patient", subjects), ("by document", None)):
            found = bootstrap(labels, fate * 1.0, 0.5, drawn, resamples=200, ranking_resamples=0, seed=trial)
            recall = found.estimates["recall_micro"]
            held[way] += recall.low <= 0.7 <= recall.high
    assert 0.89 <= held["by patient"] / 200 <= 0.99
    assert held["by document"] / 200 < 0.8


def test_plain_data_has_no_nan():
    found = bootstrap(np.zeros((4, 2), int), np.full((4, 2), 0.2), 0.5, resamples=10, ranking_resamples=10).to_dict()
    assert found["patients"] == 4
    assert found["estimates"]["auc_micro"] == {"value": None, "low": None, "high": None}
    assert found["estimates"]["exact_match"] == {"value": 1.0, "low": 1.0, "high": 1.0}


def test_ten_thousand_documents_take_seconds():
    labels, probabilities, subjects = made_up(10_000, 50, digits=4)
    start = time.perf_counter()
    found = bootstrap(labels, probabilities, 0.4, subjects, ranking_resamples=0)
    assert time.perf_counter() - start < 10
    assert found.resamples == 1000


LABELS, P, SUBJECTS = made_up(6, 3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"subjects": SUBJECTS[:5]}, "one subject for each of 6 documents, got 5"),
        ({"subjects": ["one"] * 6}, "at least two patients for intervals, got one"),
        ({"resamples": 1}, "Expected at least 2 resamples, got 1"),
        ({"resamples": 10, "ranking_resamples": 11}, r"ranking_resamples to be in \[0, 10\], got 11"),
        ({"level": 1.0}, r"level to be in \(0, 1\), got 1"),
    ],
)
def test_what_cannot_be_resampled_is_refused(options, message):
    with pytest.raises(InputError, match=message):
        bootstrap(LABELS, P, 0.5, **options)
    with pytest.raises(InputError, match=message):
        compare(LABELS, Predictions(P, 0.5), Predictions(P, 0.5), **options)


def test_a_system_does_not_differ_from_itself():
    labels, probabilities, subjects = made_up(50, 6)
    system = Predictions(probabilities, 0.3)
    found = compare(labels, system, system, subjects, resamples=50, ranking_resamples=20)
    for difference in found.differences.values():
        assert (difference.difference, difference.low, difference.high, difference.p_value) == (0, 0, 0, 1)


def test_a_better_system_is_found_better_and_the_order_only_changes_signs():
    labels, probabilities, subjects = made_up(300, 6)
    better = np.clip(0.7 * probabilities + 0.3 * labels, 0, 1)
    one = compare(labels, Predictions(better, 0.5), Predictions(probabilities, 0.5), subjects)
    other = compare(labels, Predictions(probabilities, 0.5), Predictions(better, 0.5), subjects)
    for name in ("f1_micro", "auc_micro", "average_precision_macro"):
        found, turned = one.differences[name], other.differences[name]
        assert found.difference == found.first - found.second > found.low > 0
        # 2 / (resamples + 1) is the least that can be found.
        assert found.p_value == pytest.approx(2 / (201 if "f1" not in name else 1001))
        assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))
        assert turned.p_value == found.p_value
    assert one.to_dict()["differences"]["f1_micro"]["first"] == evaluate(labels, better, 0.5).f1_micro


def test_systems_that_are_alike_are_rarely_found_to_differ():
    random = np.random.default_rng(2)
    below = 0
    for trial in range(200):
        labels = random.random((80, 4)) < 0.4
        first, second = (np.clip(0.4 * labels + 0.6 * random.random((80, 4)), 0, 1) for _ in range(2))
        found = compare(
            labels, Predictions(first, 0.5), Predictions(second, 0.5), resamples=200, ranking_resamples=0, seed=trial
        )
        below += found.differences["f1_micro"].p_value < 0.05
    assert below / 200 <= 0.1
