"""The official files go in (CDC's tabular list, CMS's order files), the lines of a table come out.

Formats: `icd10cm_tabular_YYYY.xml` (chapter, section and diag elements), and the order files
`icd10cm_order_YYYY.txt` and `icd10pcs_order_YYYY.txt`, whose columns are: 1-5 order number, 7-13 code without
its dot, 15 whether it is a code to bill (1) or a header (0), 17-76 short title, 78 to the end long title.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from attending.errors import InputError
from attending.taxonomy.code import PCS, normal_form
from attending.taxonomy.table import Line

_RANGE_AT_END = re.compile(r"\s*\([A-Z0-9]{3}(?:-[A-Z0-9]{3})?\)\s*$")
_ORDER_LINE = re.compile(r"\d{5} (?P<code>[0-9A-Z]{3,7}) *")
_CODE_END, _BILLED, _TITLE = 14, 14, 77


@dataclass(frozen=True)
class OrderedCode:
    """One line of an order file: the code without its dot, its long title, whether it is billed."""

    code: str
    title: str
    is_billed: bool


@dataclass(frozen=True)
class Tabular:
    """The tabular list of ICD-10-CM: its version, its chapters and blocks, its categories and codes."""

    version: str
    groups: tuple[Line, ...]
    codes: tuple[Line, ...]


def read_order_file(path: Path) -> list[OrderedCode]:
    """Read an order file of ICD-10-CM or ICD-10-PCS.

    Raises:
        InputError: No such file, no lines, or a line (given by its number) without the published columns.
    """
    ordered: list[OrderedCode] = []
    for number, line in enumerate(_text_of(path).splitlines(), start=1):
        if not line.strip():
            continue
        match = _ORDER_LINE.fullmatch(line[:_CODE_END])
        title = line[_TITLE:].strip()
        if match is None or line[_BILLED] not in "01" or not title:
            raise InputError(
                f"Line {number} of {path} has not the columns of an order file (order number, code, 0 or 1, "
                "short title, long title). Take icd10cm_order_YYYY.txt or icd10pcs_order_YYYY.txt."
            )
        ordered.append(OrderedCode(match["code"], title, is_billed=line[_BILLED] == "1"))
    if not ordered:
        raise InputError(f"Expected an order file at {path}, found no line in it. Download it again.")
    return ordered


def read_tabular(path: Path, *, valid: Iterable[str], titles: Mapping[str, str] | None = None) -> Tabular:
    """Read the tabular list and make the codes with a seventh character that it only describes.

    Args:
        path: `icd10cm_tabular_YYYY.xml`.
        valid: The codes of the release without dots. The tabular list says which seventh characters a code
            may take, but not every combination is a code.
        titles: Long titles by undotted code, from the order file; they stand for the tabular list's own.

    Raises:
        InputError: No such file, not a tabular list, or `titles` lacks one of its codes.
    """
    groups: list[Line] = []
    codes: list[Line] = []
    known = frozenset(valid)
    try:
        root = ET.fromstring(_text_of(path))
        version = _text(root, "version")
        for chapter in root.iterfind("chapter"):
            key = f"Chapter {_text(chapter, 'name')}"
            groups.append(Line(key, _RANGE_AT_END.sub("", _text(chapter, "desc"))))
            blocks: list[str] = []
            for section in chapter.iterfind("section"):
                block = _block_key(section.attrib["id"])
                # The list puts a block that holds other blocks (C00-C96) beside them, empty and before them.
                around = next((other for other in reversed(blocks) if _encloses(other, block)), key)
                groups.append(Line(block, _RANGE_AT_END.sub("", _text(section, "desc")), around))
                blocks.append(block)
                for category in section.iterfind("diag"):
                    codes.extend(_read_code(category, block, {}, known))
    except (ET.ParseError, KeyError):
        raise _not_tabular(path) from None
    if not version or not codes:
        raise _not_tabular(path)
    if titles is not None:
        missing = [line.key for line in codes if line.key.replace(".", "") not in titles]
        if missing:
            raise InputError(
                f"{len(missing)} codes of {path} are not in the order file (first {missing[0]}). "
                "Take both files of the same release."
            )
        codes = [replace(line, description=titles[line.key.replace(".", "")]) for line in codes]
    return Tabular(version, tuple(groups), tuple(codes))


def _not_tabular(path: Path) -> InputError:
    return InputError(
        f"{path} is not the tabular list of ICD-10-CM (XML with chapters). Take icd10cm_tabular_YYYY.xml."
    )


def _block_key(name: str) -> str:
    return name if "-" in name else f"{name}-{name}"


def _encloses(outer: str, inner: str) -> bool:
    return outer[:3] <= inner[:3] and inner[-3:] <= outer[-3:]


def _read_code(
    diag: ET.Element, parent: str, sevenths: Mapping[str, tuple[str, str]], valid: frozenset[str]
) -> Iterator[Line]:
    code, description = _text(diag, "name"), _text(diag, "desc")
    yield Line(code, description, parent, _notes(diag, "inclusionTerm"), _notes(diag, "includes"))
    sevenths = _seventh_characters(diag) or sevenths
    inner = diag.findall("diag")
    for child in inner:
        yield from _read_code(child, "", sevenths, valid)
    if inner or not sevenths:
        return
    stem = code.replace(".", "").ljust(6, "X")
    for character, (meaning, note) in sevenths.items():
        if stem + character in valid:
            terms = (f"{description}, {note}",) if note else ()
            yield Line(f"{stem[:3]}.{stem[3:]}{character}", f"{description}, {meaning}", "", terms)


def _seventh_characters(diag: ET.Element) -> dict[str, tuple[str, str]]:
    """Return each seventh character that the element defines, with its meaning and the note after it."""
    found: dict[str, tuple[str, str]] = {}
    last = ""
    for element in diag.iterfind("sevenChrDef/*"):
        text = " ".join((element.text or "").split())
        if element.tag == "extension":
            last = element.attrib["char"]
            found[last] = (text, "")
        elif element.tag == "note" and last:
            found[last] = (found[last][0], text)
    return found


def pcs_lines(ordered: Iterable[OrderedCode]) -> tuple[list[Line], list[Line]]:
    """Return the groups (sections, body systems, tables) and the codes of ICD-10-PCS.

    A header in the order file gives its table's title; where there is none, `pcs_groups` makes it.

    Raises:
        InputError: A section, body system or operation is not known here.
    """
    ordered = list(ordered)
    headers = {entry.code: entry.title for entry in ordered if len(entry.code) == 3}
    codes = [Line(normal_form(entry.code, system=PCS), entry.title) for entry in ordered if len(entry.code) == 7]
    groups: dict[str, Line] = {}
    for table in dict.fromkeys(line.key[:3] for line in codes):
        for group in pcs_groups(table, headers.get(table)):
            groups.setdefault(group.key, group)
    return list(groups.values()), codes


def pcs_groups(table: str, title: str | None = None) -> tuple[Line, Line, Line]:
    """Return the section, body system and table of ICD-10-PCS that the first three characters of a code name.

    Args:
        table: The three characters: 02H.
        title: The table's title, where an order file gives it.

    Raises:
        InputError: A section, body system or operation is not known here.
    """
    axes = _pcs_axes()
    section, body_system, operation = (axes.get(key, "") for key in (table[0], table[:2], f"{table[0]}.{table[2]}"))
    if not section or not (title or (body_system and operation)):
        raise InputError(
            f"{table} (section, body system, operation) is no table of ICD-10-PCS known here. Check the code."
        )
    # The official headers leave out the section "Medical and Surgical" and a body system that is none.
    named = [section] if table[0] != "0" else []
    named += [body_system] if table[1] != "Z" else []
    title = title or ", ".join([*named, operation])
    body_system = body_system or title.removeprefix(f"{section}, ").rpartition(", ")[0] or title
    return (
        Line(f"PCS {table[0]}", section),
        Line(f"PCS {table[:2]}", body_system, f"PCS {table[0]}"),
        Line(f"PCS {table}", title, f"PCS {table[:2]}"),
    )


@cache
def _pcs_axes() -> dict[str, str]:
    text = (files("attending.taxonomy") / "pcs_axes.txt").read_text(encoding="utf-8")
    return dict(line.split("\t") for line in text.splitlines() if not line.startswith("#"))


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        raise InputError(f"Expected an official file at {path}, found none. Check the path.") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text. Take the file as it is published.") from None


def _text(element: ET.Element, tag: str) -> str:
    return " ".join((element.findtext(tag) or "").split())


def _notes(diag: ET.Element, tag: str) -> tuple[str, ...]:
    notes = (" ".join((note.text or "").split()) for note in diag.iterfind(f"{tag}/note"))
    return tuple(dict.fromkeys(note for note in notes if note))
