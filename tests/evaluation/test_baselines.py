import sys

import numpy as np
import pytest

from attending.errors import InputError
from attending.evaluation import NoteBlindFloor, TfidfLogisticRegression, evaluate

TEXTS = [
    "chest pain and fever",
    "fever with cough",
    "broken arm",
    "arm pain after fall",
    "chest pain, cough",
] * 4
LABELS = np.array([["chest" in text, "fever" in text, "arm" in text, False, True] for text in TEXTS])


def test_the_floor_gives_every_note_the_training_frequencies():
    predicted = NoteBlindFloor().fit(TEXTS, LABELS).predict(["one", "two", "three"])
    assert predicted.shape == (3, 5)
    assert predicted.dtype == np.float32
    np.testing.assert_allclose(predicted, np.tile(LABELS.mean(axis=0), (3, 1)), rtol=1e-6)


def test_the_regression_learns_words_and_leaves_constant_codes_at_their_frequency():
    baseline = TfidfLogisticRegression().fit(TEXTS, LABELS)
    new = ["chest pain since monday", "an arm was broken", "fever"]
    predicted = baseline.predict(new)
    assert predicted.dtype == np.float32
    assert predicted.shape == (3, 5)
    assert (predicted[:, :3].argmax(axis=1) == [0, 2, 1]).all()
    assert (predicted[:, 3] == 0).all()
    assert (predicted[:, 4] == 1).all()
    trained = evaluate(LABELS, baseline.predict(TEXTS), 0.5)
    assert trained.f1_micro == 1


def test_probabilities_equal_scikit_learns():
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    terms = vectorizer.fit_transform(TEXTS)
    regression = LogisticRegression(C=3.0, max_iter=1000).fit(terms, LABELS[:, 0])
    new = ["chest pain since monday", "fall with cough"]
    expected = regression.predict_proba(vectorizer.transform(new))[:, 1]
    baseline = TfidfLogisticRegression(inverse_regularization=3.0).fit(TEXTS, LABELS)
    np.testing.assert_allclose(baseline.predict(new)[:, 0], expected, rtol=1e-3)


@pytest.mark.parametrize("baseline", [NoteBlindFloor(), TfidfLogisticRegression()])
@pytest.mark.parametrize("labels", [LABELS[:3], LABELS.astype(int), LABELS[:, 0], LABELS[:, :0]])
def test_labels_that_do_not_fit_the_notes_are_refused(baseline, labels):
    with pytest.raises(InputError, match=r"Expected boolean labels \(document, code\) of 20 notes"):
        baseline.fit(TEXTS, labels)


def test_notes_without_words_are_refused():
    with pytest.raises(InputError, match="No word occurs in two of the 2 training notes"):
        TfidfLogisticRegression().fit(["...", "?"], LABELS[:2])


def test_a_missing_scikit_learn_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)
    with pytest.raises(InputError, match=r'needs scikit-learn.*pip install "attending\[train\]"'):
        TfidfLogisticRegression().fit(TEXTS, LABELS)


def test_evaluation_itself_needs_no_scikit_learn():
    import subprocess

    code = "import sys, attending.evaluation; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
