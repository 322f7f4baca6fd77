"""A small hospital in MIMIC-IV's layout, written by hand: each test spoils it in one way."""

import csv
import gzip
from dataclasses import dataclass, field
from pathlib import Path

HEADERS = {
    "hosp/patients": "subject_id,gender,anchor_age,anchor_year,anchor_year_group,dod",
    "hosp/admissions": ("subject_id,hadm_id,admittime,dischtime,admission_type,insurance,language,marital_status,race"),
    "hosp/diagnoses_icd": "subject_id,hadm_id,seq_num,icd_code,icd_version",
    "hosp/procedures_icd": "subject_id,hadm_id,seq_num,chartdate,icd_code,icd_version",
    "hosp/d_icd_diagnoses": "icd_code,icd_version,long_title",
    "hosp/d_icd_procedures": "icd_code,icd_version,long_title",
    "note/discharge": "note_id,subject_id,hadm_id,note_type,note_seq,charttime,storetime,text",
    "gold/evidence": "note_id,hadm_id,icd_code,icd_version,start,end",
}
DIAGNOSES = ("I10", "E785", "N179", "J189", "K219", "I2510")


@dataclass
class Hospital:
    """Rows of each table, to be changed by a test before they are written."""

    rows: dict[str, list[list[str]]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=lambda: dict(HEADERS))
    gold: bool = False

    def write(self, folder: Path, *, packed: bool = True) -> Path:
        for name, header in self.headers.items():
            if name == "gold/evidence" and not self.gold:
                continue
            path = folder / f"{name}.csv{'.gz' if packed else ''}"
            path.parent.mkdir(parents=True, exist_ok=True)
            with (
                gzip.open(path, "wt", encoding="utf-8", newline="")
                if packed
                else path.open("w", encoding="utf-8", newline="")
            ) as file:
                file.write(header + "\n")
                csv.writer(file, lineterminator="\n").writerows(self.rows[name])
        return folder

    def note(self, number: int) -> list[str]:
        """Return the row of a note, 0 being row 2 of the file."""
        return self.rows["note/discharge"][number]


def hospital(patients: int = 20) -> Hospital:
    """Return a hospital whose patient p has admission a = 100 + p and note p-DS-1 with codes in turn."""
    rows: dict[str, list[list[str]]] = {name: [] for name in HEADERS}
    for p in range(patients):
        subject, admission = str(10 + p), str(100 + p)
        rows["hosp/patients"].append([subject, "FM"[p % 2], str(40 + p), "2180", "2014 - 2016", ""])
        rows["hosp/admissions"].append(
            [subject, admission, "2182-03-04 05:06:00", "", "URGENT", "Medicare", "English", "", "WHITE"]
        )
        codes = ["I10", DIAGNOSES[1 + p % 5]]
        for place, code in enumerate(codes, start=1):
            rows["hosp/diagnoses_icd"].append([subject, admission, str(place), code, "10"])
        text = f"Admitted with disorder {p}.\nKnown for hypertension."
        rows["note/discharge"].append([f"{subject}-DS-1", subject, admission, "DS", "1", "", "", text])
        start = text.index("hypertension")
        rows["gold/evidence"].append(
            [f"{subject}-DS-1", admission, "I10", "10", str(start), str(start + len("hypertension"))]
        )
    rows["hosp/procedures_icd"].append(["10", "100", "1", "2182-03-05", "02HV33Z", "10"])
    rows["hosp/d_icd_diagnoses"] += [[code, "10", f"Title of {code}"] for code in DIAGNOSES]
    rows["hosp/d_icd_procedures"].append(["02HV33Z", "10", "Insertion of infusion device"])
    return Hospital(rows)
