"""How a CSV file is written: a guess from its beginning."""

import gzip
import re
from collections import Counter
from csv import reader
from itertools import islice
from pathlib import Path

from jupyter_mlstudio.wrangling.recipe import CsvOptions

_LOOKED_AT = 256 * 1024
_MISSING = frozenset({"NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "#N/A"})
_NUMBER = re.compile(r"-?\d+([.,]\d+)?")
_COMMA_NUMBER = re.compile(r"-?\d+,\d+")


def guessed(path: Path) -> CsvOptions:
    """Guess separator, header, encoding and the texts that stand for missing values."""
    raw = _beginning(path)
    text, encoding = _decoded(raw)
    lines = [line for line in text.splitlines()[:1000] if line.strip()]
    separator = _separator(lines)
    rows = list(islice(reader(lines, delimiter=separator), 1000))
    cells = Counter(cell.strip() for row in rows[1:] for cell in row)
    commas = separator != "," and any(_COMMA_NUMBER.fullmatch(cell) for cell in cells)
    return CsvOptions(
        separator=separator,
        header=_has_header(rows),
        missing=tuple(sorted(cell for cell in cells if cell in _MISSING)),
        encoding="utf8" if encoding == "utf8" else "utf8-lossy",
        decimal_comma=commas,
    )


def _beginning(path: Path) -> bytes:
    if path.suffix == ".gz":
        with gzip.open(path) as file:
            return file.read(_LOOKED_AT)
    with path.open("rb") as file:
        return file.read(_LOOKED_AT)


def _decoded(raw: bytes) -> tuple[str, str]:
    whole = len(raw) < _LOOKED_AT
    cut = raw if whole else raw[:-4]
    try:
        return cut.decode("utf-8-sig"), "utf8"
    except UnicodeDecodeError as error:
        if not whole and error.start >= len(cut) - 4:  # cut inside a character
            return cut[: error.start].decode("utf-8-sig"), "utf8"
        return cut.decode("utf-8-sig", errors="replace"), "utf8-lossy"


def _separator(lines: list[str]) -> str:
    """Choose the sign that stands equally often, and at least once, in most of the first lines."""
    best, best_score = ",", 0.0
    for sign in ",;\t|":
        counts = Counter(len(row) for row in reader(lines[:100], delimiter=sign))
        fields, lines_alike = counts.most_common(1)[0] if counts else (1, 0)
        score = lines_alike / max(len(lines[:100]), 1) * (fields > 1) + fields / 10_000
        if fields > 1 and score > best_score:
            best, best_score = sign, score
    return best


def _has_header(rows: list[list[str]]) -> bool:
    """Take the first line for names unless it holds a number or a name twice."""
    if not rows:
        return True
    return not any(_NUMBER.fullmatch(cell.strip()) for cell in rows[0])
