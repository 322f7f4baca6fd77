"""Folders that an attacker made, sealed as ours are: nothing in them is run, and what is not data is refused."""

import json
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from attending.errors import InputError
from attending.model_folder import read_model_folder
from attending.sealing import MANIFEST, seal, verify
from attending.training import TrainingArguments, train
from attending.training.checkpoints import newest_checkpoint, read_checkpoint
from attending.training.start import saved_tokenizer
from tests.training.conftest import silent
from tests.training.test_options import on

CODE = "from pathlib import Path\nPath({mark!r}).touch()\n"


class Payload:
    """Touches a file when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return os.system, (f"touch {self.mark}",)


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """A file that is there as soon as anything of the attacker's has run."""
    return tmp_path / "mark"


@pytest.fixture
def run(tiny_run: Path, tmp_path: Path) -> Path:
    """A run that an attacker may change; its model folder is taken away, so that it can be resumed."""
    shutil.copytree(tiny_run, tmp_path / "run")
    shutil.move(tmp_path / "run" / "model", tmp_path / "model")
    return tmp_path / "run"


@pytest.fixture
def model(run: Path) -> Path:
    return run.parent / "model"


def pickled(mark: Path) -> bytes:
    return pickle.dumps({"weights": Payload(mark)})


def test_the_payload_would_leave_its_mark(mark: Path) -> None:
    pickle.loads(pickled(mark))
    assert mark.exists()


@pytest.mark.parametrize("name", ["model.safetensors", "optimizer.safetensors"])
def test_a_pickle_in_a_checkpoint_is_not_opened(
    name: str, run: Path, model: Path, mark: Path, tiny: TrainingArguments
) -> None:
    newest = newest_checkpoint(run / "checkpoints", silent)
    assert newest is not None
    (newest / name).write_bytes(pickled(mark))
    seal(newest)
    with pytest.raises(InputError, match="was not written by this version of attending"):
        read_checkpoint(newest, read_model_folder(model).label_space)
    with pytest.raises(InputError, match="was not written by this version of attending"):
        train(tiny, run, resume=True, report=silent)
    assert not mark.exists()


@pytest.mark.parametrize("text", ["[]", '{"step": 1, "surprise": 2}', "not json"])
def test_progress_of_another_kind_is_refused(text: str, run: Path, model: Path) -> None:
    newest = newest_checkpoint(run / "checkpoints", silent)
    assert newest is not None
    (newest / "progress.json").write_text(text)
    seal(newest)
    with pytest.raises(InputError, match="was not written by this version of attending"):
        read_checkpoint(newest, read_model_folder(model).label_space)


def test_codes_in_another_order_are_refused(run: Path, model: Path) -> None:
    newest = newest_checkpoint(run / "checkpoints", silent)
    assert newest is not None
    by_code = json.loads((newest / "thresholds.json").read_text())
    (newest / "thresholds.json").write_text(json.dumps(dict(reversed(by_code.items()))))
    seal(newest)
    with pytest.raises(InputError, match="has other codes than the corpora, or another order"):
        read_checkpoint(newest, read_model_folder(model).label_space)


def test_pickled_arrays_are_not_opened(run: Path, mark: Path, tiny: TrainingArguments) -> None:
    np.save(run / "examples" / "0" / "train" / "labels.npy", np.array([Payload(mark)]), allow_pickle=True)
    seal(run / "examples")
    with pytest.raises(InputError, match="holds no examples that attending wrote"):
        train(tiny, run, resume=True, report=silent)
    assert not mark.exists()


def test_arguments_with_tags_are_not_built(run: Path, mark: Path, tiny: TrainingArguments) -> None:
    (run / "arguments.yaml").write_text(f"seed: !!python/object/apply:os.system ['touch {mark}']\n")
    with pytest.raises(InputError, match="is not valid YAML"):
        train(tiny, run, resume=True, report=silent)
    assert not mark.exists()


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "optimizer.bin"])
def test_pickled_weights_are_no_model(name: str, model: Path, mark: Path) -> None:
    torch.save({"weights": Payload(mark)}, model / name)
    with pytest.raises(InputError, match=f"holds {name}, which its seal does not name"):
        read_model_folder(model)
    seal(model)
    read_model_folder(model)  # the weights are those of model.safetensors; nobody opens the other file
    (model / "model.safetensors").unlink()
    seal(model)
    with pytest.raises(InputError, match="is not a model folder: it has no model.safetensors"):
        read_model_folder(model)
    shutil.move(model / name, model / "model.safetensors")
    seal(model)
    with pytest.raises(InputError, match="does not load"):
        read_model_folder(model)
    assert not mark.exists()


def test_code_that_a_configuration_names_is_not_run(model: Path, mark: Path) -> None:
    (model / "evil.py").write_text(CODE.format(mark=str(mark)))
    for name, classes in {
        "config.json": {"AutoConfig": "evil.Config", "AutoModelForSequenceClassification": "evil.Model"},
        "tokenizer_config.json": {"AutoTokenizer": ["evil.Slow", "evil.Fast"]},
    }.items():
        config = json.loads((model / name).read_text())
        (model / name).write_text(json.dumps({**config, "auto_map": classes}))
    seal(model)
    read_model_folder(model)
    assert not mark.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"backbone_config": {"model_type": "evil", "auto_map": {"AutoConfig": "evil.Config", "AutoModel": "evil.M"}}},
        {"backbone_config": {"model_type": "../../evil"}},
        {"transformers_weights": "evil.bin"},
        {"attn_implementation": "someone/evil-kernels"},
        {"id2label": {"0": "Z99.9"}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_configuration_that_is_not_ours_is_refused(changes: dict[str, object], model: Path, mark: Path) -> None:
    (model / "evil.py").write_text(CODE.format(mark=str(mark)))
    torch.save({"weights": Payload(mark)}, model / "evil.bin")
    config = json.loads((model / "config.json").read_text())
    (model / "config.json").write_text(json.dumps({**config, **changes}))
    seal(model)
    with pytest.raises(InputError, match="was sealed, but not by attending"):
        read_model_folder(model)
    assert not mark.exists()


@pytest.mark.parametrize("file", ["config.json", "tokenizer_config.json"])
def test_code_that_a_backbone_brings_is_not_run(
    file: str, backbone: Path, mark: Path, tiny: TrainingArguments, tmp_path: Path
) -> None:
    folder = tmp_path / "backbone"
    shutil.copytree(backbone, folder)
    (folder / "evil.py").write_text(CODE.format(mark=str(mark)))
    names = {"AutoConfig": "evil.C", "AutoModel": "evil.M", "AutoTokenizer": ["evil.S", "evil.F"]}
    changes = {"auto_map": names, **({"model_type": "evil"} if file == "config.json" else {})}
    (folder / file).write_text(json.dumps({**json.loads((folder / file).read_text()), **changes}))
    if file == "config.json":
        with pytest.raises(InputError, match="cannot be built|Cannot load"):
            train(on(folder, tiny), tmp_path / "run", report=silent)
        assert not (tmp_path / "run").exists()
    else:
        saved_tokenizer(folder)  # its class is known, so its own code is left alone
    assert not mark.exists()


def test_a_backbone_of_pickles_is_refused(backbone: Path, mark: Path, tiny: TrainingArguments, tmp_path: Path) -> None:
    folder = tmp_path / "backbone"
    shutil.copytree(backbone, folder)
    (folder / "model.safetensors").unlink()
    torch.save({"weights": Payload(mark)}, folder / "pytorch_model.bin")
    with pytest.raises(InputError, match="expected the name or folder of .* model.safetensors"):
        train(on(folder, tiny), tmp_path / "run", report=silent)
    assert not mark.exists()
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "a/../../secret", "C:\\secret", ""])
def test_a_manifest_leads_nowhere_else(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / MANIFEST).write_text(json.dumps({"sha256": {name: "0" * 64}}, indent=1, sort_keys=True) + "\n")
    with pytest.raises(InputError, match="is incomplete: .* is missing"):
        verify(folder, what="a folder", next_step="Stop.")


def test_links_lead_to_nothing_but_the_sealed_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "data.json").write_text("{}")
    seal(folder)
    (tmp_path / "same.json").write_text("{}")
    (tmp_path / "other.json").write_text("[]")
    (tmp_path / "elsewhere").mkdir()

    def linked_to(target: Path) -> None:
        (folder / "data.json").unlink()
        (folder / "data.json").symlink_to(target)
        verify(folder, what="a folder", next_step="Stop.")

    linked_to(tmp_path / "same.json")
    for target in ("other.json", "elsewhere", "nothing"):
        with pytest.raises(InputError, match="is damaged"):
            linked_to(tmp_path / target)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="is damaged"):  # and does not wait for someone to write into it
        linked_to(tmp_path / "pipe")
    linked_to(tmp_path / "same.json")
    (folder / "more").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="holds more, which its seal does not name"):
        verify(folder, what="a folder", next_step="Stop.")
