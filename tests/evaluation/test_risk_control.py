import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attending.errors import InputError
from attending.evaluation import control_recall


def miss(labels, probabilities, threshold, patients):
    """The mean share of codes missed, by definition: documents with codes, averaged by patient."""
    coded = labels.any(axis=1)
    missed = (labels & (probabilities < threshold)).sum(axis=1)[coded] / labels.sum(axis=1)[coded]
    return np.mean([missed[patients[coded] == patient].mean() for patient in np.unique(patients[coded])])


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.5, 0.8, 0.9]), st.sampled_from([np.float16, np.float32, np.float64]))
def test_the_threshold_is_the_highest_that_the_rule_allows(seed, recall, kind):
    random = np.random.default_rng(seed)
    documents, codes = random.integers(12, 40), random.integers(1, 6)
    labels = random.random((documents, codes)) < 0.5
    labels[0, 0] = True
    probabilities = np.round(random.random((documents, codes)), random.integers(1, 4)).astype(kind)
    patients = random.integers(documents, size=documents)
    coded = len(np.unique(patients[labels.any(axis=1)]))
    subjects = [str(patient) for patient in patients]
    if coded < recall / (1 - recall) - 1e-9:
        with pytest.raises(InputError, match=f"{coded} patients cannot promise a recall of {recall:g}"):
            control_recall(labels, probabilities, recall, subjects)
        return
    found = control_recall(labels, probabilities, recall, subjects)

    def allowed(threshold):
        return (coded * miss(labels, probabilities, threshold, patients) + 1) / (coded + 1) <= 1 - recall + 1e-9

    assert allowed(found.threshold)
    assert not allowed(np.nextafter(found.threshold, 2))
    assert (found.documents, found.patients) == (labels.any(axis=1).sum(), coded)
    assert found.measured == pytest.approx(1 - miss(labels, probabilities, found.threshold, patients))


@pytest.mark.parametrize(("recall", "patients"), [(0.9, 40), (0.9, 200), (0.7, 25)])
def test_the_promise_holds_for_new_patients(recall, patients):
    # Patients of one to three documents whose notes are alike, coded by a system of middling skill. The promise is on
    # average over draws of the calibration patients; it may be kept by at most 2 / (patients + 1) too well.
    random = np.random.default_rng(int(100 * recall) + patients)
    draws = 600
    kept = np.empty(draws)
    for draw in range(draws):
        sizes = random.integers(1, 4, patients + 30)
        patient = np.repeat(np.arange(patients + 30), sizes)
        skill = random.random(patients + 30)[patient]
        labels = random.random((len(patient), 8)) < 0.4
        labels[:, 0] |= ~labels.any(axis=1)
        probabilities = np.clip(0.3 * labels * skill[:, None] + 0.7 * random.random(labels.shape), 0, 1)
        old = patient < patients
        found = control_recall(labels[old], probabilities[old], recall, [str(name) for name in patient[old]])
        kept[draw] = 1 - miss(labels[~old], probabilities[~old], found.threshold, patient[~old])
    error = kept.std() / np.sqrt(draws)
    assert kept.mean() >= recall - 3 * error
    assert kept.mean() <= recall + 2 / (patients + 1) + 3 * error


def test_what_cannot_be_promised_is_refused():
    labels, probabilities = np.ones((8, 2), bool), np.full((8, 2), 0.5)
    with pytest.raises(
        InputError, match=r"8 patients cannot promise a recall of 0.9; the most .* is 0.8889. Give at least 9"
    ):
        control_recall(labels, probabilities, 0.9)
    with pytest.raises(InputError, match="No validation document has a code"):
        control_recall(~labels, probabilities, 0.9)
    for recall in (0, 1, -1, np.nan):
        with pytest.raises(InputError, match=r"the recall to promise to be in \(0, 1\)"):
            control_recall(labels, probabilities, recall)


def test_documents_without_a_code_change_nothing():
    random = np.random.default_rng(3)
    labels, probabilities = random.random((60, 5)) < 0.4, random.random((60, 5))
    coded = labels.any(axis=1)
    assert control_recall(labels, probabilities, 0.8) == control_recall(labels[coded], probabilities[coded], 0.8)
    assert control_recall(labels, probabilities, 0.8).to_dict()["recall"] == 0.8
