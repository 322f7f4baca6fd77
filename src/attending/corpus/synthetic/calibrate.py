"""Calibrates the risks of the synthetic hospital to the shares of MIMIC-IV; run it when wordings or risks have changed.

`python -m attending.corpus.synthetic.calibrate [admissions] [rounds]` draws patients, compares the shares of their
codes with `SHARES` and moves each risk's logit by the difference of log-odds, round by round; every round draws from
the same chance, so that rounds differ by what was moved alone. The result replaces calibration.json beside this module,
and the shares of other patients are shown. It takes minutes.
"""

import json
import math
import random
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from attending.corpus.synthetic.patients import draw_person, draw_stays
from attending.corpus.synthetic.risks import CALIBRATION, CHRONIC, EPISODIC, RISKS, Risk, Risks
from attending.corpus.synthetic.shares import SHARES
from attending.corpus.synthetic.wording_bank import WordingBank
from attending.taxonomy.coding_rules import supported_codes

_GAIN, _GENTLE = 0.7, 0.3
"""How far a round goes towards what is wanted: for a risk itself, and for what raises it."""
_SAID = 0.97
"""The share of a patient's codes that notes say; the rest falls to notes that are only a part."""
_TOGETHER = {
    "hypertension": ("I10", "I12.9", "I11.0", "I13.0"),
    "heart failure": ("I11.0", "I13.0"),
    "diabetes": ("E11.9", "E11.22"),
}
"""Risks whose conditions are coded in combination."""
_VARIANTS = (("N18.3", "N18.9"), ("I48.91", "I48.0"), ("Y92.9", "Y92.239"), ("Y92.9", "Y92.230"))
_GIVEN = (
    ("heart failure", "kidney disease", ("I13.0",), ("I11.0", "I13.0"), 0.44),
    ("kidney disease", "diabetes", ("E11.22",), ("E11.9", "E11.22"), 0.40),
    ("kidney disease", "hypertension", ("I12.9", "I13.0"), ("I10", "I12.9", "I11.0", "I13.0"), 0.24),
)
"""Risk, what raises it, and the share that some codes are to have among others."""

Shares = Mapping[str, float]


def measure(bank: WordingBank, risks: Risks, admissions: int, seed: str) -> dict[str, float]:
    """Draw admissions without writing their notes and return each code's share, as a fraction."""
    counts: Counter[str] = Counter()
    drawn = subject = 0
    while drawn < admissions:
        rng = random.Random(f"{seed} {subject}")
        subject += 1
        for stay in draw_stays(draw_person(rng), bank, rng, risks):
            drawn += 1
            counts.update(supported_codes(stay.concepts).keys())
    return {code: _SAID * counts[code] / drawn for code in SHARES}


def corrected(risk: Risk, found: Shares) -> Risk:
    """Move a risk towards the shares that its codes are to have."""
    codes = _TOGETHER.get(risk.name, tuple(code for code in risk.variants if code in SHARES))
    if not codes:
        return risk
    wanted = sum(SHARES[code] for code in codes) / 100
    logit = risk.logit + _GAIN * (_log_odds(wanted) - _log_odds(sum(found[code] for code in codes)))
    variants = dict(risk.variants)
    for first, second in _VARIANTS:
        if first in variants and second in variants:
            ratio = (SHARES[second] / SHARES[first]) / (found[second] / found[first])
            variants[second] = round(variants[second] * ratio**_GAIN, 3)
    given = dict(risk.given)
    for name, cause, some, among, share in _GIVEN:
        if name == risk.name:
            part = sum(found[code] for code in some) / sum(found[code] for code in among)
            given[cause] = round(given[cause] + _GENTLE * (_log_odds(share) - _log_odds(part)), 3)
    return replace(risk, logit=round(logit, 3), variants=variants, given=given)


def _log_odds(share: float) -> float:
    share = min(max(share, 1e-4), 1 - 1e-4)
    return math.log(share / (1 - share))


def _save(risks: Risks) -> None:
    content: dict[str, dict[str, object]] = {}
    names = {risk.name for risk in CHRONIC + EPISODIC}
    for risk in risks.chronic + risks.episodic:
        if risk.name not in names:
            continue
        entry: dict[str, object] = {"logit": risk.logit}
        if any(first in risk.variants and second in risk.variants for first, second in _VARIANTS):
            entry["variants"] = dict(risk.variants)
        if causes := [cause for name, cause, *_ in _GIVEN if name == risk.name]:
            entry["given"] = {cause: risk.given[cause] for cause in causes}
        content[risk.name] = entry
    CALIBRATION.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _report(title: str, found: Shares) -> None:
    worst = sorted(SHARES, key=lambda code: -abs(100 * found[code] / SHARES[code] - 1))[:8]
    print(title, {code: f"{100 * found[code]:.1f} for {SHARES[code]}" for code in worst}, flush=True)  # noqa: T201


def main() -> None:
    """Calibrate, save, and check on other patients."""
    admissions = int(sys.argv[1]) if len(sys.argv) > 1 else 40_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 6
    bank, risks = WordingBank.load(), RISKS
    for number in range(rounds):
        found = measure(bank, risks, admissions, "calibrate")
        _report(f"round {number}:", found)
        chronic, episodic = (
            tuple(corrected(risk, found) for risk in several) for several in (risks.chronic, risks.episodic)
        )
        risks = Risks(chronic, episodic)
    _save(risks)
    _report("other patients:", measure(bank, risks, admissions, "check"))


if __name__ == "__main__":
    main()
