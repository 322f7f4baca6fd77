import json

import numpy as np
import pytest

from attending.errors import InputError
from attending.evaluation import (
    AGE_EDGES,
    FREQUENCY_EDGES,
    bands,
    bootstrap,
    code_groups,
    code_subgroups,
    document_subgroups,
    evaluate,
)


def hospital(documents=400, codes=8, seed=0):
    """Documents of women, men and a few others; the system reads the men's notes worse."""
    random = np.random.default_rng(seed)
    sex = random.choice(["female", "male"], size=documents).astype(object)
    sex[:5] = "other"
    sex[5:8] = None
    labels = random.random((documents, codes)) < 0.3
    noise = np.where(sex == "male", 0.9, 0.5)[:, None]
    probabilities = (labels * (1 - noise) + noise * random.random((documents, codes))).astype(np.float32)
    subjects = [str(number // 2) for number in range(documents)]
    return labels, probabilities, list(sex), subjects


def test_each_group_is_scored_as_its_documents_alone():
    labels, probabilities, sex, subjects = hospital()
    groups = {group.name: group for group in document_subgroups(labels, probabilities, 0.5, sex, subjects)}
    assert list(groups) == ["female", "male", "other", "not stated"]
    whole = evaluate(labels, probabilities, 0.5).as_dict()
    for name, group in groups.items():
        rows = np.array([(value or "not stated") == name for value in sex])
        expected = evaluate(labels[rows], probabilities[rows], 0.5).as_dict()
        assert (group.documents, group.codes, group.labels) == (rows.sum(), 8, labels[rows].sum())
        assert group.patients == len({subject for subject, inside in zip(subjects, rows, strict=True) if inside})
        for figure, found in group.figures.items():
            assert found.value == pytest.approx(expected[figure])
            assert found.gap == pytest.approx(expected[figure] - whole[figure])
            assert found.low <= found.high
            assert found.gap_low <= found.gap_high
    # The interval of a group is that of its documents, that of the gap lies on its side.
    assert groups["male"].figures["f1_micro"].gap_high < 0 < groups["female"].figures["f1_micro"].gap_low
    assert [group.rank for group in groups.values()] == [2, 1, None, None]
    assert [group.small for group in groups.values()] == [False, False, True, True]


def test_groups_of_codes_are_scored_as_these_codes_alone():
    labels, probabilities, _, subjects = hospital()
    chapters = ["Chapter 9", "Chapter 10", "Chapter 9", "Chapter 10", "Chapter 2", "Chapter 2", None, "Chapter 9"]
    labels[:, 4:6] = False
    labels[:3, 4] = True
    found = code_subgroups(labels, probabilities, 0.5, chapters, subjects, resamples=50, ranking_resamples=20)
    assert [group.name for group in found] == ["Chapter 2", "Chapter 9", "Chapter 10", "not stated"]
    for group in found:
        columns = np.array([(chapter or "not stated") == group.name for chapter in chapters])
        expected = evaluate(labels[:, columns], probabilities[:, columns], 0.5).as_dict()
        assert group.documents == labels[:, columns].any(axis=1).sum()
        assert group.codes == columns.sum()
        assert set(group.figures) == {
            "f1_micro",
            "f1_macro_occurring",
            "precision_micro",
            "recall_micro",
            "auc_micro",
            "average_precision_micro",
        }
        for figure, value in group.figures.items():
            assert value.value == pytest.approx(expected[figure]), figure
    assert found[0].small
    assert found[0].rank is None
    assert sorted(group.rank for group in found if not group.small) == [1, 2, 3]


def test_one_group_of_all_has_no_gap():
    labels, probabilities, _, subjects = hospital(60)
    (all_of_them,) = document_subgroups(labels, probabilities, 0.5, ["all"] * 60, subjects, resamples=100)
    whole = bootstrap(labels, probabilities, 0.5, subjects, resamples=100, ranking_resamples=0)
    for name, figure in all_of_them.figures.items():
        assert (figure.gap, figure.gap_low, figure.gap_high) == (0, 0, 0)
        assert (figure.low, figure.high) == (whole.estimates[name].low, whole.estimates[name].high)


def test_a_group_of_one_patient_is_measured_where_it_is_drawn():
    labels, probabilities, _, _ = hospital(40)
    (one, _) = document_subgroups(labels, probabilities, 0.5, ["a", *["b"] * 39], resamples=200)
    expected = evaluate(labels[:1], probabilities[:1], 0.5)
    figure = one.figures["f1_micro"]
    assert (figure.value, figure.low, figure.high) == pytest.approx((expected.f1_micro,) * 3)
    assert json.loads(json.dumps(one.to_dict(), allow_nan=False))["patients"] == 1


def test_bands_have_plain_names():
    assert bands([0, 17, 18, 29, 89, 90, 104, None], AGE_EDGES) == [
        *["0-17"] * 2, *["18-29"] * 2, "80-89", "90+", "90+", None,
    ]  # fmt: skip
    assert bands([0, 1, 10, 11, 600], FREQUENCY_EDGES) == ["0", "1-10", "1-10", "11-50", "501+"]
    with pytest.raises(InputError, match="edges of bands that ascend from 1 on, got 5, 3"):
        bands([1], [5, 3])
    with pytest.raises(InputError, match="numbers of at least 0"):
        bands([-1], [5])


def test_codes_are_grouped_by_what_stands_above_them(label_space):
    assert code_groups(label_space, "chapter")[0].startswith("Chapter 9: ")
    assert len(set(code_groups(label_space, "category"))) == 5
    with pytest.raises(InputError, match="a level among chapter, block, category, got 'town'"):
        code_groups(label_space, "town")


def test_a_group_is_needed_for_each():
    labels, probabilities, sex, _ = hospital(20)
    with pytest.raises(InputError, match="a group for each of 20 documents, got 19"):
        document_subgroups(labels, probabilities, 0.5, sex[:19])
    with pytest.raises(InputError, match="a group for each of 8 codes, got 20"):
        code_subgroups(labels, probabilities, 0.5, sex)
