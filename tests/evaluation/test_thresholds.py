import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import f1_score

from attending.errors import InputError
from attending.evaluation import (
    NEVER,
    best_threshold,
    best_thresholds_per_code,
    evaluate,
    threshold_for_precision,
    threshold_for_recall,
    thresholds_for_precision_per_code,
    thresholds_for_recall_per_code,
)

KINDS = st.sampled_from([np.float32, np.float64])


@st.composite
def cases(draw):
    shape = draw(st.tuples(st.integers(1, 10), st.integers(1, 5)))
    labels = draw(hnp.arrays(np.bool_, shape, elements=st.booleans()))
    labels[0, 0] = True
    grid = st.sampled_from([0.0, 0.2, 0.5, float(np.nextafter(0.5, 1)), 1.0])
    return labels, draw(hnp.arrays(np.float64, shape, elements=grid | st.floats(0, 1))).astype(draw(KINDS))


def best_by_trial(labels, probabilities):
    tried = [*np.unique(probabilities.astype(np.float64)), 1.1]
    return max(f1_score(labels.ravel(), (probabilities >= limit).ravel(), zero_division=0) for limit in tried)


@settings(max_examples=200, deadline=None)
@given(cases())
def test_no_threshold_gives_a_higher_micro_f1(case):
    labels, probabilities = case
    threshold = best_threshold(labels, probabilities)
    assert 0 <= threshold <= 1
    assert evaluate(labels, probabilities, threshold).f1_micro == pytest.approx(
        best_by_trial(labels, probabilities), abs=1e-12
    )


@settings(max_examples=100, deadline=None)
@given(cases())
def test_without_shrinkage_each_code_has_its_own_optimum(case):
    labels, probabilities = case
    thresholds = best_thresholds_per_code(labels, probabilities, shrinkage=0)
    found = evaluate(labels, probabilities, thresholds).per_code.f1
    for code in np.flatnonzero(labels.any(axis=0)):
        assert found[code] == pytest.approx(best_by_trial(labels[:, code], probabilities[:, code]), abs=1e-12)


def test_the_threshold_lies_between_what_is_predicted_and_what_is_not():
    labels = np.array([[True, True, False, False]])
    probabilities = np.array([[0.9, 0.6, 0.4, 0.1]])
    assert best_threshold(labels, probabilities) == pytest.approx(0.5)


def test_of_several_optima_the_highest_is_taken():
    # 1 of 1 right with one missed, and 2 of 4 right: F1 is 2/3 for both.
    labels = np.array([[True, False, False, True]])
    probabilities = np.array([[0.8, 0.6, 0.4, 0.2]])
    assert best_threshold(labels, probabilities) == pytest.approx(0.7)


def test_blocks_change_nothing(monkeypatch):
    random = np.random.default_rng(3)
    labels = random.random((40, 9)) < 0.3
    probabilities = np.round(random.random((40, 9)), 2).astype(np.float32)
    whole = best_threshold(labels, probabilities), best_thresholds_per_code(labels, probabilities)
    monkeypatch.setattr("attending.evaluation.arrays._BLOCK_ENTRIES", 13)
    assert best_threshold(labels, probabilities) == whole[0]
    assert np.array_equal(best_thresholds_per_code(labels, probabilities), whole[1])


def test_shrinkage_draws_rare_codes_to_the_global_threshold():
    random = np.random.default_rng(4)
    frequency = np.array([0.5, 0.05, 0.0])
    labels = random.random((400, 3)) < frequency
    probabilities = np.clip(0.3 * labels + 0.7 * random.random((400, 3)), 0, 1)
    everywhere = best_threshold(labels, probabilities)
    own = best_thresholds_per_code(labels, probabilities, shrinkage=0)
    assert own[2] == everywhere
    previous = np.abs(own - everywhere)
    for shrinkage in (1, 10, 1000, 1e9):
        drawn = best_thresholds_per_code(labels, probabilities, shrinkage=shrinkage)
        distance = np.abs(drawn - everywhere)
        assert (distance <= previous).all()
        assert drawn[2] == everywhere
        previous = distance
    assert drawn == pytest.approx(everywhere, abs=1e-5)


@pytest.mark.parametrize("shrinkage", [-1, np.nan, np.inf])
def test_a_shrinkage_that_is_no_weight_is_refused(shrinkage):
    with pytest.raises(InputError, match="Expected shrinkage to be a finite number of at least 0"):
        best_thresholds_per_code(np.array([[True]]), np.array([[0.5]]), shrinkage=shrinkage)


def test_without_a_positive_there_is_nothing_to_tune():
    with pytest.raises(InputError, match="No validation document has a code"):
        best_threshold(np.zeros((3, 2), bool), np.zeros((3, 2)))
    with pytest.raises(InputError, match="found NaN in row 0"):
        best_threshold(np.ones((1, 1), bool), np.array([[np.nan]]))


def all_cuts(labels, probabilities):
    """Precision and recall at every threshold that predicts something."""
    for limit in np.unique(probabilities.astype(np.float64)):
        predicted = probabilities >= limit
        correct = (predicted & labels).sum()
        yield correct / predicted.sum(), correct / labels.sum()


@settings(max_examples=200, deadline=None)
@given(cases(), st.sampled_from([0.1, 0.5, 2 / 3, 0.9, 1.0]))
def test_a_wanted_precision_is_reached_with_the_highest_recall(case, wanted):
    labels, probabilities = case
    within_reach = [recall for precision, recall in all_cuts(labels, probabilities) if precision >= wanted]
    if not within_reach:
        best = max(precision for precision, _ in all_cuts(labels, probabilities))
        with pytest.raises(InputError, match=f"No threshold reaches a precision of .*; the best is {best:.4f}"):
            threshold_for_precision(labels, probabilities, wanted)
        return
    found = evaluate(labels, probabilities, threshold_for_precision(labels, probabilities, wanted))
    assert found.precision_micro >= wanted
    assert found.recall_micro == pytest.approx(max(within_reach), abs=1e-12)


@settings(max_examples=200, deadline=None)
@given(cases(), st.sampled_from([0.1, 0.5, 2 / 3, 0.9, 1.0]))
def test_a_wanted_recall_is_reached_with_the_highest_precision(case, wanted):
    labels, probabilities = case
    within_reach = [precision for precision, recall in all_cuts(labels, probabilities) if recall >= wanted]
    found = evaluate(labels, probabilities, threshold_for_recall(labels, probabilities, wanted))
    assert found.recall_micro >= wanted
    assert found.precision_micro == pytest.approx(max(within_reach), abs=1e-12)


@settings(max_examples=100, deadline=None)
@given(cases(), st.sampled_from([0.5, 0.9, 1.0]))
def test_per_code_each_code_stands_for_itself(case, wanted):
    labels, probabilities = case
    recalls = thresholds_for_recall_per_code(labels, probabilities, wanted)
    everywhere = threshold_for_recall(labels, probabilities, wanted)
    expected = []
    for code in range(labels.shape[1]):
        own = labels[:, [code]], probabilities[:, [code]]
        try:
            expected.append(threshold_for_precision(*own, wanted))
        except InputError:
            expected.append(NEVER)
        assert recalls[code] == (threshold_for_recall(*own, wanted) if own[0].any() else everywhere)
    if np.isfinite(expected).any():
        assert thresholds_for_precision_per_code(labels, probabilities, wanted).tolist() == expected
    else:
        with pytest.raises(InputError, match="No code reaches a precision"):
            thresholds_for_precision_per_code(labels, probabilities, wanted)


def test_a_code_that_is_never_to_be_predicted_is_not():
    labels = np.array([[True, False], [False, False]])
    probabilities = np.array([[0.9, 1.0], [0.1, 1.0]])
    thresholds = thresholds_for_precision_per_code(labels, probabilities, 0.9)
    assert thresholds.tolist() == [0.5, NEVER]
    assert evaluate(labels, probabilities, thresholds).exact_match == 1


@pytest.mark.parametrize("wanted", [0, -0.1, 1.1, np.nan])
def test_a_precision_or_recall_that_cannot_be_is_refused(wanted):
    labels, probabilities = np.array([[True]]), np.array([[0.5]])
    for tune in (threshold_for_precision, thresholds_for_precision_per_code):
        with pytest.raises(InputError, match=r"the precision wanted to be in \(0, 1\]"):
            tune(labels, probabilities, wanted)
    for tune in (threshold_for_recall, thresholds_for_recall_per_code):
        with pytest.raises(InputError, match=r"the recall wanted to be in \(0, 1\]"):
            tune(labels, probabilities, wanted)
