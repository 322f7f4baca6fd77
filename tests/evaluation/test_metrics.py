import json
import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn import metrics as oracle

from attending.errors import InputError
from attending.evaluation import evaluate

SHAPES = st.tuples(st.integers(1, 12), st.integers(1, 20))
GRID = st.sampled_from([0.0, 1e-30, 0.1, 0.25, 0.5, 0.5000001, 0.75, 1.0])
CLOSE = {"rtol": 1e-12, "atol": 1e-12}


@st.composite
def cases(draw):
    """Labels and probabilities with many ties, absent codes, empty documents."""
    shape = draw(SHAPES)
    labels = draw(hnp.arrays(np.bool_, shape, elements=st.booleans()))
    if draw(st.booleans()):
        labels[:, draw(st.integers(0, shape[1] - 1))] = False
    kind = draw(st.sampled_from([np.float32, np.float64, np.float16]))
    probabilities = draw(hnp.arrays(np.float64, shape, elements=GRID | st.floats(0, 1))).astype(kind)
    thresholds = draw(st.just(0.5) | st.just(0.1) | hnp.arrays(np.float64, shape[1], elements=GRID))
    return labels, probabilities, thresholds


@settings(max_examples=150, deadline=None)
@given(cases())
def test_every_figure_equals_scikit_learns(case):
    labels, probabilities, thresholds = case
    found = evaluate(labels, probabilities, thresholds)
    # scikit-learn computes in the array's own precision; here everything is exact.
    scores = probabilities.astype(np.float64)
    guess = scores >= np.asarray(thresholds, np.float64)
    occurring = labels.any(axis=0)
    quiet = {"zero_division": 0}
    for name, function in (
        ("f1", oracle.f1_score),
        ("precision", oracle.precision_score),
        ("recall", oracle.recall_score),
    ):
        micro = function(labels.ravel(), guess.ravel(), **quiet)
        per_code = [
            function(labels[:, code], guess[:, code], labels=[False, True], pos_label=True, **quiet)
            for code in range(labels.shape[1])
        ]
        np.testing.assert_allclose(getattr(found, f"{name}_micro"), micro, **CLOSE)
        np.testing.assert_allclose(getattr(found, f"{name}_macro_all"), np.mean(per_code), **CLOSE)
        np.testing.assert_allclose(getattr(found.per_code, name), per_code, **CLOSE)
        macro = getattr(found, f"{name}_macro_occurring")
        if occurring.any():
            np.testing.assert_allclose(macro, np.mean(np.array(per_code)[occurring]), **CLOSE)
        else:
            assert math.isnan(macro)
    np.testing.assert_allclose(found.hamming_loss, oracle.hamming_loss(labels.ravel(), guess.ravel()), **CLOSE)
    np.testing.assert_allclose(found.exact_match, (labels == guess).all(axis=1).mean(), **CLOSE)
    assert_ranking(labels.ravel(), scores.ravel(), found.auc_micro, found.average_precision_micro)
    for code in range(labels.shape[1]):
        assert_ranking(
            labels[:, code], scores[:, code], found.per_code.auc[code], found.per_code.average_precision[code]
        )
    defined = found.per_code.auc[~np.isnan(found.per_code.auc)]
    if len(defined):
        np.testing.assert_allclose(found.auc_macro, defined.mean(), **CLOSE)
    if occurring.any():
        np.testing.assert_allclose(
            found.average_precision_macro, found.per_code.average_precision[occurring].mean(), **CLOSE
        )


def assert_ranking(labels, scores, auc, average_precision):
    if labels.any() and not labels.all():
        np.testing.assert_allclose(auc, oracle.roc_auc_score(labels, scores), **CLOSE)
    else:
        assert math.isnan(auc)
    if labels.any():
        np.testing.assert_allclose(average_precision, oracle.average_precision_score(labels, scores), **CLOSE)
    else:
        assert math.isnan(average_precision)


def expected_hits(labels, scores, k):
    """Hits among the k best, the mean over all orders of ties, by definition."""
    last = np.sort(scores)[::-1][k - 1]
    above, tied = scores > last, scores == last
    return labels[above].sum() + (k - above.sum()) * labels[tied].mean()


@settings(max_examples=200, deadline=None)
@given(cases())
def test_the_top_of_each_document(case):
    labels, probabilities, thresholds = case
    found = evaluate(labels, probabilities, thresholds)
    scores = probabilities.astype(np.float64)
    documents, codes = labels.shape
    coded = labels.any(axis=1)
    assert set(found.precision_at) == set(found.recall_at) == {k for k in (5, 8, 15) if k <= codes}
    for k in found.precision_at:
        hits = np.array([expected_hits(labels[row], scores[row], k) for row in range(documents)])
        np.testing.assert_allclose(found.precision_at[k], (hits / k).mean(), **CLOSE)
        if coded.any():
            np.testing.assert_allclose(found.recall_at[k], (hits[coded] / labels[coded].sum(1)).mean(), **CLOSE)
    if coded.any():
        sizes = labels.sum(axis=1)
        each = [expected_hits(labels[row], scores[row], sizes[row]) / sizes[row] for row in np.flatnonzero(coded)]
        np.testing.assert_allclose(found.r_precision, np.mean(each), **CLOSE)
    else:
        assert math.isnan(found.r_precision)


@settings(max_examples=50, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_documents_and_codes_changes_nothing(case, random):
    labels, probabilities, thresholds = case
    rows = random.sample(range(labels.shape[0]), labels.shape[0])
    columns = random.sample(range(labels.shape[1]), labels.shape[1])
    shuffled = np.broadcast_to(np.asarray(thresholds), labels.shape[1])[columns]
    one = evaluate(labels, probabilities, thresholds).as_dict()
    other = evaluate(labels[rows][:, columns], probabilities[rows][:, columns], shuffled).as_dict()
    for name, figure in one.items():
        if figure is None:
            assert other[name] is None
        else:
            assert other[name] == pytest.approx(figure, rel=1e-12, abs=1e-12), name


def test_blocks_change_nothing(monkeypatch):
    random = np.random.default_rng(0)
    labels = random.random((57, 31)) < 0.2
    probabilities = np.round(random.random((57, 31)), 1).astype(np.float32)
    whole = evaluate(labels, probabilities, 0.3)
    for entries in (1, 40, 100):
        monkeypatch.setattr("attending.evaluation.arrays._BLOCK_ENTRIES", entries)
        parts = evaluate(labels, probabilities, 0.3)
        for name, figure in whole.as_dict().items():
            assert parts.as_dict()[name] == pytest.approx(figure, rel=1e-12), (name, entries)
        np.testing.assert_allclose(parts.per_code.auc, whole.per_code.auc, **CLOSE)


def test_negative_zero_ties_with_zero():
    labels = np.array([[True], [False]])
    assert evaluate(labels, np.array([[-0.0], [0.0]]), 0.5).auc_macro == 0.5
    assert evaluate(labels, np.array([[0.0], [-0.0]], np.float32), 0.5).auc_macro == 0.5


def test_a_threshold_is_compared_exactly():
    # 0.3 in float32 lies above 0.3 in float64.
    labels = np.array([[True]])
    probabilities = np.array([[0.3]], np.float32)
    assert evaluate(labels, probabilities, 0.3).f1_micro == 1
    assert evaluate(labels, probabilities, float(probabilities[0, 0])).f1_micro == 1
    assert evaluate(labels, probabilities, np.nextafter(float(probabilities[0, 0]), 1)).f1_micro == 0


def test_the_arrays_are_left_as_they_were():
    random = np.random.default_rng(1)
    labels = random.random((9, 7)) < 0.3
    probabilities = random.random((9, 7)).astype(np.float32)
    before = labels.copy(), probabilities.copy()
    labels.flags.writeable = probabilities.flags.writeable = False
    evaluate(labels, probabilities, 0.5)
    assert np.array_equal(labels, before[0])
    assert np.array_equal(probabilities, before[1])


@pytest.mark.parametrize("kind", [np.int64, np.uint8, np.int8])
def test_labels_may_be_integers(kind):
    random = np.random.default_rng(6)
    labels = random.random((20, 12)) < 0.3
    probabilities = random.random((20, 12)).astype(np.float32)
    assert evaluate(labels.astype(kind), probabilities, 0.4).as_dict() == evaluate(labels, probabilities, 0.4).as_dict()


def test_arrays_that_are_not_contiguous_are_read_as_they_are():
    random = np.random.default_rng(2)
    labels = random.random((20, 12)) < 0.3
    probabilities = random.random((20, 12)).astype(np.float32)
    expected = evaluate(labels, probabilities, 0.4).as_dict()
    assert evaluate(np.asfortranarray(labels), np.asfortranarray(probabilities), 0.4).as_dict() == expected
    wide = np.repeat(probabilities, 2, axis=1)
    assert evaluate(labels, wide[:, ::2], 0.4).as_dict() == expected


def test_figures_that_are_not_defined_are_none_in_json():
    found = evaluate(np.zeros((3, 6), bool), np.full((3, 6), 0.2), 0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        flat = found.as_dict()
    assert flat["auc_micro"] is None
    assert flat["f1_macro_occurring"] is None
    assert flat["f1_macro_all"] == 0
    assert flat["precision_at_5"] == 0
    assert flat["recall_at_5"] is None
    assert flat["exact_match"] == 1
    assert json.loads(json.dumps(flat, allow_nan=False)) == flat
    assert "per_code" not in flat


LABELS = np.zeros((4, 3), bool)
P = np.full((4, 3), 0.5, np.float32)


def changed(row, value):
    probabilities = P.copy()
    probabilities[row, 1] = value
    return probabilities


@pytest.mark.parametrize(
    ("labels", "probabilities", "thresholds", "message"),
    [
        (LABELS.astype(float), P, 0.5, "Expected labels as booleans or integers 0 and 1, got float64"),
        (LABELS.astype(int) - 1, P, 0.5, "found another number in row 0"),
        (LABELS, P.astype(int), 0.5, "Expected probabilities as float16, float32 or float64, got int64"),
        (LABELS, P[:3], 0.5, r"of one shape \(document, code\), got \(4, 3\) and \(3, 3\)"),
        (LABELS[0], P[0], 0.5, r"of at least one document and one code, \(document, code\), got \(3,\)"),
        (LABELS[:0], P[:0], 0.5, r"of at least one document and one code, \(document, code\), got \(0, 3\)"),
        (LABELS[:, :0], P[:, :0], 0.5, r"of at least one document and one code, \(document, code\), got \(4, 0\)"),
        (LABELS, changed(2, np.nan), 0.5, "found NaN in row 2"),
        (LABELS, changed(3, 1.0001), 0.5, r"found a value outside \[0, 1\] in row 3"),
        (LABELS, changed(0, -1e-9), 0.5, r"found a value outside \[0, 1\] in row 0"),
        (LABELS, changed(1, np.inf), 0.5, r"found a value outside \[0, 1\] in row 1"),
        (LABELS, P, np.array([0.5, 0.5]), r"one for each of 3 codes, got an array of shape \(2,\)"),
        (LABELS, P, np.array([0.5, np.nan, np.nan]), "2 thresholds are NaN"),
    ],
)
def test_what_cannot_be_measured_is_refused(labels, probabilities, thresholds, message):
    with pytest.raises(InputError, match=message):
        evaluate(labels, probabilities, thresholds)
