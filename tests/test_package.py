"""The built wheel holds all that prediction needs, and predicts by itself."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_the_wheel_predicts_by_itself(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, ROOT], check=True
    )
    (wheel,) = tmp_path.glob("attending-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "site")
    for name in (
        "py.typed",
        "shipped_model/model.safetensors",
        "shipped_model/modeling.py",
        "shipped_model/README.md",
        "taxonomy/lists/mimic-iv-50.txt",
        "corpus/synthetic/wordings/cardiac.toml",
    ):
        assert f"attending/{name}" in names
    assert not any(name.startswith(("tests/", "benchmarks/")) for name in names)
    result = subprocess.run(
        [sys.executable, "-m", "attending", "predict", ROOT / "examples" / "pneumonia.txt"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "J18.9" in result.stdout
