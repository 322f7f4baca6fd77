"""Losses equal what their papers write."""

import numpy as np
import pytest
import torch

from attending.model import AttendingConfig
from attending.model.losses import LOSSES, disagreement

random = np.random.default_rng(0)
LOGITS = torch.tensor(random.normal(0, 3, (5, 7)))
LABELS = torch.tensor(random.random((5, 7)) < 0.3)


def test_bce_equals_its_formula() -> None:
    p, y = LOGITS.sigmoid(), LABELS.double()
    expected = -(y * p.log() + (1 - y) * (1 - p).log()).mean()
    assert float(LOSSES["bce"](LOGITS, LABELS, AttendingConfig())) == pytest.approx(float(expected), rel=1e-5)


def test_focal_equals_its_formula() -> None:
    p = LOGITS.sigmoid()
    p_true = torch.where(LABELS, p, 1 - p)
    expected = (-((1 - p_true) ** 1.5) * p_true.log()).mean()
    found = LOSSES["focal"](LOGITS, LABELS, AttendingConfig(focal_gamma=1.5))
    assert float(found) == pytest.approx(float(expected), rel=1e-5)


def test_asymmetric_equals_its_formula() -> None:
    config = AttendingConfig(positive_gamma=1.0, negative_gamma=3.0, negative_margin=0.1)
    p = LOGITS.sigmoid()
    shifted = (p - 0.1).clamp_min(0)
    of_present, of_absent = (1 - p) * p.log(), shifted**3 * (1 - shifted).log()
    expected = -torch.where(LABELS, of_present, of_absent).mean()
    assert float(LOSSES["asymmetric"](LOGITS, LABELS, config)) == pytest.approx(float(expected), rel=1e-5)


def test_asymmetric_without_its_settings_is_bce() -> None:
    config = AttendingConfig(positive_gamma=0.0, negative_gamma=0.0, negative_margin=0.0)
    found = LOSSES["asymmetric"](LOGITS, LABELS, config)
    assert float(found) == pytest.approx(float(LOSSES["bce"](LOGITS, LABELS, config)), rel=1e-5)


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_and_its_gradient_stay_finite_at_extreme_logits(loss: str) -> None:
    logits = torch.tensor([[-200.0, 200.0, -200.0, 200.0, 0.0]], requires_grad=True)
    found = LOSSES[loss](logits, torch.tensor([[1, 0, 0, 1, 1]]), AttendingConfig())
    found.backward()
    assert found.isfinite()
    assert logits.grad is not None
    assert logits.grad.isfinite().all()


def test_disagreement_is_the_symmetric_divergence_of_two_readings() -> None:
    others = torch.tensor(random.normal(0, 3, (5, 7)))
    p, q = LOGITS.sigmoid(), others.sigmoid()
    of_p = p * (p / q).log() + (1 - p) * ((1 - p) / (1 - q)).log()
    of_q = q * (q / p).log() + (1 - q) * ((1 - q) / (1 - p)).log()
    assert float(disagreement(LOGITS, others)) == pytest.approx(float((of_p + of_q).mean() / 2), rel=1e-4)
    assert float(disagreement(LOGITS, LOGITS)) == 0
