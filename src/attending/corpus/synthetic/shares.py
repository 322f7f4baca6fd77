"""How often the benchmark's codes occur: the truth that the synthetic hospital is calibrated to."""

from collections.abc import Mapping

# fmt: off
SHARES: Mapping[str, float] = {
    "E78.5": 36.8, "I10": 35.4, "Z87.891": 28.1, "K21.9": 24.7, "I25.10": 19.0, "F32.9": 18.3, "N17.9": 16.6,
    "F41.9": 15.7, "E03.9": 13.9, "Z79.01": 12.4, "Z79.4": 12.2, "E11.9": 11.1, "G47.33": 10.9, "E66.9": 10.0,
    "I48.91": 9.9, "D64.9": 9.8, "Y92.9": 9.6, "F17.210": 9.2, "J45.909": 9.0, "Z66": 8.4, "N39.0": 8.3,
    "Z79.02": 8.2, "I12.9": 8.1, "D62": 7.9, "J44.9": 7.7, "E11.22": 7.5, "I25.2": 7.1, "G89.29": 6.9,
    "N18.9": 6.8, "E87.1": 6.7, "E87.2": 6.4, "I11.0": 6.4, "Z86.73": 6.3, "Z95.5": 6.3, "K59.00": 6.0,
    "Z86.718": 5.9, "G47.00": 5.7, "M10.9": 5.5, "N40.0": 5.4, "N18.3": 5.3, "I13.0": 5.1, "Z95.1": 5.0,
    "D69.6": 5.0, "Y92.239": 4.9, "I48.0": 4.9, "J96.01": 4.8, "Y92.230": 4.8, "J18.9": 4.7, "Z23": 4.3,
}
# fmt: on
"""Per cent of admissions in one test split of MIMIC-IV, for the 49 diagnoses among the 50 codes; that of 02HV33Z is
not known and lies below 4.3."""
