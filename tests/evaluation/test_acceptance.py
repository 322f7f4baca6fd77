import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attending.errors import InputError
from attending.evaluation import PrecisionThreshold, code_acceptance, document_acceptance, evaluate


def made_up(documents=60, codes=6, *, seed=0, digits=2):
    random = np.random.default_rng(seed)
    probabilities = np.round(random.random((documents, codes)) ** 2, digits).astype(np.float32)
    labels = random.random((documents, codes)) < probabilities
    return labels, probabilities, [str(number // 2) for number in range(documents)]


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3), st.sampled_from([0.3, 0.5, 0.8, 0.95, 1.0]))
def test_the_most_is_accepted_that_the_precision_allows(seed, digits, wanted):
    labels, probabilities, subjects = made_up(20, 5, seed=seed, digits=digits)
    proposed = probabilities >= 0.2
    if not proposed.any():
        return
    curve = code_acceptance(labels, probabilities, 0.2, subjects, resamples=10)
    assert curve.considered == proposed.sum()
    shares = {}
    for threshold in np.unique(probabilities[proposed]):
        accepted = probabilities >= threshold
        if labels[accepted].mean() >= wanted:
            shares[accepted.sum() / proposed.sum()] = labels[accepted].mean()
    point = curve.at(wanted)
    if not shares:
        assert point is None
        assert PrecisionThreshold.of(curve, wanted) is None
        return
    assert point.accepted.value == pytest.approx(max(shares))
    assert point.accuracy.value == pytest.approx(shares[max(shares)])
    assert point == curve.at_threshold(point.threshold)
    stored = PrecisionThreshold.of(curve, wanted)
    if round(max(shares) * curve.considered) < 30:
        assert stored is None
    else:
        assert (stored.precision, stored.threshold) == (wanted, point.threshold)
        assert (stored.accepted, stored.measured) == (point.accepted.value, point.accuracy.value)


def test_the_curve_ends_where_the_metrics_begin():
    labels, probabilities, subjects = made_up()
    codes = code_acceptance(labels, probabilities, 0.3, subjects)
    documents = document_acceptance(labels, probabilities, 0.3, subjects)
    metrics = evaluate(labels, probabilities, 0.3)
    for curve, whole in ((codes, metrics.precision_micro), (documents, metrics.exact_match)):
        last = curve.points[-1]
        assert last.accepted.to_dict() == {"value": 1, "low": 1, "high": 1}
        assert last.accuracy.value == pytest.approx(whole)
        shares = [point.accepted.value for point in curve.points]
        assert shares == sorted(set(shares))
        assert 2 <= len(curve.points) <= 100
        for point in curve.points:
            assert point.accuracy.low <= point.accuracy.value <= point.accuracy.high
    assert codes.considered == (probabilities >= 0.3).sum()
    assert documents.considered == len(labels)


def test_a_documents_confidence_is_the_chance_that_all_is_right():
    labels = np.array([[True, False], [True, True], [False, False]])
    probabilities = np.array([[0.9, 0.2], [0.6, 0.7], [1.0, 0.1]])
    points = document_acceptance(labels, probabilities, 0.5, resamples=10).points
    assert [point.threshold for point in points] == pytest.approx([1.0 * 0.9, 0.9 * 0.8, 0.6 * 0.7])
    assert [point.accuracy.value for point in points] == pytest.approx([0, 1 / 2, 2 / 3])


def test_a_threshold_can_be_measured_on_other_documents():
    labels, probabilities, subjects = made_up(2000)
    wanted = code_acceptance(labels, probabilities, 0.2, subjects).at(0.8)
    others = code_acceptance(*made_up(2000, seed=1)[:2], 0.2).at_threshold(wanted.threshold)
    assert others.accuracy.low <= 0.8 <= others.accuracy.high
    nothing = code_acceptance(labels, probabilities, 0.2).at_threshold(1.1).to_dict()
    assert nothing["accepted"]["value"] == 0
    assert nothing["accuracy"] == {"value": None, "low": None, "high": None}


def test_a_curve_is_plain_data():
    labels, probabilities, subjects = made_up()
    curve = code_acceptance(labels, probabilities, 0.3, subjects).to_dict()
    assert json.loads(json.dumps(curve, allow_nan=False)) == curve
    assert curve["unit"] == "code"
    assert set(curve["points"][0]) == {"threshold", "accepted", "accuracy"}


def test_what_cannot_be_accepted_is_refused():
    labels, probabilities, _ = made_up()
    with pytest.raises(InputError, match="No code is proposed at these thresholds"):
        code_acceptance(labels, probabilities, 2.0)
    with pytest.raises(InputError, match=r"the accuracy wanted to be in \(0, 1\], got 0"):
        document_acceptance(labels, probabilities, 0.5).at(0)
