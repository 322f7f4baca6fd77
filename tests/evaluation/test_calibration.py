import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize, minimize_scalar
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss

from attending.errors import InputError
from attending.evaluation import (
    Calibration,
    choose_calibration,
    evaluate,
    fit_platt,
    fit_temperature,
    measure_calibration,
)
from attending.evaluation.calibration import frequency_bands


def sigmoid(logits):
    return 1 / (1 + np.exp(-logits))


def logit(probabilities):
    return np.log(probabilities) - np.log1p(-probabilities)


def overconfident(documents, codes=12, *, seed=0, scale=2.5, shift=1.0):
    """Labels drawn from true probabilities, and what a system says of them: too sure, and too high."""
    random = np.random.default_rng(seed)
    rarity = np.linspace(-5, 0, codes)
    logits = rarity + 1.5 * random.standard_normal((documents, codes))
    labels = random.random((documents, codes)) < sigmoid(logits)
    return labels, sigmoid(scale * logits + shift), sigmoid(rarity)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_the_temperature_is_the_one_of_the_lowest_log_loss(seed):
    labels, probabilities, _ = overconfident(40, seed=seed)
    found = fit_temperature(labels, probabilities)
    best = minimize_scalar(
        lambda scale: np.logaddexp(0, np.where(labels, -1, 1) * scale * logit(probabilities)).sum(),
        bounds=(0.01, 100),
        method="bounded",
        options={"xatol": 1e-10},
    )
    assert found.scale == pytest.approx(best.x, rel=1e-5)
    assert not found.shift.any()


def test_without_shrinkage_a_band_is_fitted_as_scikit_learn_fits_it():
    labels, probabilities, frequencies = overconfident(2000)
    found = fit_platt(labels, probabilities, frequencies, shrinkage=0)
    bands = frequency_bands(frequencies, 12)
    assert len(np.unique(bands)) >= 4
    for band in np.unique(bands):
        codes = bands == band
        oracle = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000)
        oracle.fit(logit(probabilities[:, codes]).reshape(-1, 1), labels[:, codes].ravel())
        assert found.scale[codes] == pytest.approx(oracle.coef_[0, 0], rel=1e-4)
        assert found.shift[codes] == pytest.approx(oracle.intercept_[0], rel=1e-3, abs=1e-4)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.5, 5.0, 50.0]))
def test_with_shrinkage_the_optimum_is_exact(seed, shrinkage):
    labels, probabilities, frequencies = overconfident(30, seed=seed)

    def optimum(truth, given, prior):
        signs, logits = np.where(truth, -1, 1), logit(given)
        penalised = lambda at: (  # noqa: E731
            np.logaddexp(0, signs * (at[0] * logits + at[1])).sum()
            + shrinkage / 2 * ((at[0] - prior[0]) ** 2 + (at[1] - prior[1]) ** 2)
        )
        return minimize(penalised, prior, bounds=[(0.01, 100), (None, None)], options={"ftol": 1e-14, "gtol": 1e-9}).x

    found = fit_platt(labels, probabilities, frequencies, shrinkage=shrinkage)
    everywhere = optimum(labels, probabilities, (1.0, 0.0))
    bands = frequency_bands(frequencies, 12)
    for band in np.unique(bands):
        codes = bands == band
        expected = optimum(labels[:, codes], probabilities[:, codes], everywhere)
        assert found.scale[codes] == pytest.approx(expected[0], abs=2e-4)
        assert found.shift[codes] == pytest.approx(expected[1], abs=2e-4)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_true_probabilities_are_found_again(kind):
    # A scale and shift of all codes can undo what was done to these probabilities.
    labels, probabilities, frequencies = overconfident(20_000, seed=1)
    mended = fit_platt(labels, probabilities.astype(kind), frequencies)
    expected = 1 / 2.5, -1.0 / 2.5
    # float16 has no probabilities near 1.
    close = 0.12 if kind == np.float16 else 0.05
    assert mended.scale == pytest.approx(expected[0], abs=close)
    assert mended.shift[frequencies > 0.03] == pytest.approx(expected[1], abs=0.1)
    others, probabilities, _ = overconfident(5_000, seed=2)
    before = measure_calibration(others, probabilities)
    after = measure_calibration(others, mended.apply(probabilities.astype(kind)))
    assert before.ece_equal_mass.value > 0.05
    assert after.ece_equal_mass.value < 0.01
    assert after.brier.high < before.brier.low
    assert after.log_loss.high < before.log_loss.low


def test_the_order_of_documents_stays_for_each_code():
    labels, probabilities, frequencies = overconfident(500)
    mended = fit_platt(labels, probabilities, frequencies).apply(probabilities)
    before, after = (evaluate(labels, given, 0.5).per_code for given in (probabilities, mended))
    np.testing.assert_allclose(after.auc, before.auc, rtol=1e-12)
    np.testing.assert_allclose(after.average_precision, before.average_precision, rtol=1e-12)


def test_a_calibration_can_be_undone():
    calibration = Calibration("platt", np.array([0.5, 1.0, 3.0]), np.array([1.0, 0.0, -2.0]))
    probabilities = np.array([[0.001, 0.3, 0.9], [0.5, 0.999, 0.02]])
    assert np.allclose(calibration.undo(calibration.apply(probabilities)), probabilities, atol=1e-12)


def test_blocks_change_nothing(monkeypatch):
    labels, probabilities, frequencies = overconfident(50)
    whole = fit_platt(labels, probabilities, frequencies)
    report = measure_calibration(labels, probabilities, resamples=20)
    monkeypatch.setattr("attending.evaluation.arrays._BLOCK_ENTRIES", 130)
    parts = fit_platt(labels, probabilities, frequencies)
    np.testing.assert_allclose(parts.scale, whole.scale, rtol=1e-6)
    in_parts = measure_calibration(labels, probabilities, resamples=20)
    for name in ("ece_equal_mass", "ece_equal_width_likely", "brier", "log_loss"):
        assert vars(getattr(in_parts, name)) == pytest.approx(vars(getattr(report, name)))
    for one, other in zip(in_parts.equal_mass, report.equal_mass, strict=True):
        assert vars(one) == pytest.approx(vars(other))


def test_probabilities_of_0_and_1_stay_probabilities():
    labels, probabilities, frequencies = overconfident(200)
    probabilities = probabilities.round()
    for fitted in (fit_temperature(labels, probabilities), fit_platt(labels, probabilities, frequencies)):
        mended = fitted.apply(probabilities)
        assert ((mended > 0) & (mended < 1)).all()
        assert np.isfinite(measure_calibration(labels, mended).log_loss.value)


def test_perfect_or_reversed_probabilities_stay_within_bounds():
    labels = np.tile([[True, False], [False, True]], (20, 1))
    perfect = np.where(labels, 0.51, 0.49)
    assert fit_temperature(labels, perfect).scale == pytest.approx(100)
    assert fit_temperature(labels, 1 - perfect).scale == pytest.approx(0.01)
    assert fit_platt(labels, 1 - perfect, np.full(2, 0.5), shrinkage=0).scale == pytest.approx(0.01)


def test_codes_without_labels_are_drawn_to_the_others():
    labels, probabilities, frequencies = overconfident(400)
    frequencies = np.where(np.arange(12) < 2, 0.0, frequencies)
    labels[:, :2] = False
    weak, strong = (fit_platt(labels, probabilities, frequencies, shrinkage=weight) for weight in (5, 1e6))
    assert np.isfinite(weak.shift).all()
    assert weak.shift[0] < strong.shift[0]
    assert strong.shift == pytest.approx(strong.shift[0], abs=0.02)
    with pytest.raises(InputError, match="The 2 codes of a frequency band are in all 400 documents or in none"):
        fit_platt(labels, probabilities, frequencies, shrinkage=0)


def test_the_method_is_chosen_on_documents_it_did_not_see():
    labels, probabilities, frequencies = overconfident(600)
    subjects = [str(number // 3) for number in range(600)]
    choice = choose_calibration(labels, probabilities, frequencies, subjects)
    assert choice.calibration.method == min(choice.log_losses, key=choice.log_losses.get) == "platt"
    assert choice.after.log_loss.value == choice.log_losses["platt"]
    assert choice.before.log_loss.value == choice.log_losses["none"]
    assert choice.after.ece_equal_mass.value < choice.before.ece_equal_mass.value
    again = choose_calibration(labels, probabilities, frequencies, subjects)
    assert np.array_equal(again.calibration.scale, choice.calibration.scale)
    only = choose_calibration(labels, probabilities, frequencies, subjects, methods=("temperature",))
    assert only.calibration.method == "temperature"


def test_what_is_right_is_left_alone():
    labels, probabilities, frequencies = overconfident(40, scale=1, shift=0)
    choice = choose_calibration(labels, probabilities, frequencies)
    assert choice.calibration.method == "none"
    np.testing.assert_allclose(choice.calibration.apply(probabilities), probabilities, rtol=1e-9)


def test_what_cannot_be_calibrated_is_refused():
    labels, probabilities, frequencies = overconfident(20)
    for wrong in (np.zeros_like(labels), np.ones_like(labels)):
        with pytest.raises(InputError, match="so nothing can be calibrated"):
            fit_temperature(wrong, probabilities)
    with pytest.raises(InputError, match="the share of training documents with each of 12 codes"):
        fit_platt(labels, probabilities, frequencies * 100)
    with pytest.raises(InputError, match="shrinkage to be a finite number of at least 0, got -1"):
        fit_platt(labels, probabilities, frequencies, shrinkage=-1)
    with pytest.raises(InputError, match="methods among none, temperature, platt, got isotonic"):
        choose_calibration(labels, probabilities, frequencies, methods=("isotonic",))
    with pytest.raises(InputError, match="at least two patients and two folds, got 1 and 1"):
        choose_calibration(labels, probabilities, frequencies, ["one"] * 20)
    with pytest.raises(InputError, match=r"probabilities of 12 codes, got shape \(3,\)"):
        fit_temperature(labels, probabilities).apply(np.full(3, 0.5))
    with pytest.raises(InputError, match="finite scales above 0"):
        Calibration("platt", np.array([-1.0]), np.array([0.0]))
    with pytest.raises(InputError, match="a method among none, temperature, platt"):
        Calibration("isotonic", np.ones(1), np.zeros(1))


def expected_error(labels, probabilities, bin_of):
    error = 0.0
    for one in np.unique(bin_of):
        inside = bin_of == one
        error += inside.mean() * abs(probabilities[inside].mean() - labels[inside].mean())
    return error


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 20), st.sampled_from([np.float16, np.float32, np.float64]))
def test_calibration_errors_are_what_their_definition_says(seed, bins, kind):
    random = np.random.default_rng(seed)
    given = np.round(random.random((13, 7)) ** 3, random.integers(1, 4)).astype(kind)
    labels = random.random((13, 7)) < given
    found = measure_calibration(labels, given, bins=bins, at_least=0.2, resamples=5)
    exact = given.astype(np.float64)
    for suffix, chosen in (("", np.ones(exact.shape, bool)), ("_likely", given >= 0.2)):
        truth, scores = labels[chosen], exact[chosen]
        if not len(scores):
            assert getattr(found, f"equal_mass{suffix}") == ()
            continue
        edges = np.unique(np.sort(scores)[np.arange(1, bins) * len(scores) // bins])
        for name, bin_of in (
            ("equal_mass", (scores[:, None] >= edges).sum(axis=1)),
            ("equal_width", (scores[:, None] >= np.arange(1, bins) / bins).sum(axis=1)),
        ):
            assert getattr(found, f"ece_{name}{suffix}").value == pytest.approx(expected_error(truth, scores, bin_of))
            listed = getattr(found, name + suffix)
            assert [one.pairs for one in listed] == [int((bin_of == one).sum()) for one in np.unique(bin_of)]
            assert all(one.lower - 1e-12 <= one.mean_probability <= one.upper + 1e-12 for one in listed)
    assert found.brier.value == pytest.approx(brier_score_loss(labels.ravel(), exact.ravel()))
    assert found.log_loss.value == pytest.approx(log_loss(labels.ravel(), exact.ravel(), labels=[False, True]))


def test_bins_of_equal_width_are_scikit_learns():
    labels, probabilities, _ = overconfident(500)
    shares, means = calibration_curve(labels.ravel(), probabilities.ravel(), n_bins=10)
    listed = measure_calibration(labels, probabilities, bins=10, resamples=5).equal_width
    assert [one.observed for one in listed] == pytest.approx(shares)
    assert [one.mean_probability for one in listed] == pytest.approx(means)


def test_intervals_of_bins_and_scores_come_from_patients():
    labels, probabilities, _ = overconfident(400)
    subjects = [str(number // 4) for number in range(400)]
    found = measure_calibration(labels, probabilities, subjects, resamples=300)
    assert all(one.observed_low <= one.observed <= one.observed_high for one in found.equal_mass)
    assert found.brier.low < found.brier.value < found.brier.high
    # Chance alone makes a resample's error larger: the interval lies at or above the figure, never below.
    assert found.ece_equal_mass.high > found.ece_equal_mass.value
    assert found == measure_calibration(labels, probabilities, subjects, resamples=300)
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert plain["equal_mass"][0]["pairs"] == found.equal_mass[0].pairs
    assert set(plain["brier"]) == {"value", "low", "high"}


def test_pairs_that_are_never_likely_have_no_error():
    found = measure_calibration(np.eye(3, dtype=bool), np.full((3, 3), 0.05))
    assert found.likely_pairs == 0
    assert found.to_dict()["ece_equal_mass_likely"]["value"] is None
    with pytest.raises(InputError, match="at least one bin, got 0"):
        measure_calibration(np.eye(3, dtype=bool), np.full((3, 3), 0.05), bins=0)
