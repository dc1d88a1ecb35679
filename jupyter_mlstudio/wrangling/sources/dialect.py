"""How a CSV file is written: a guess from its beginning."""

import codecs
import gzip
import re
from collections import Counter
from csv import QUOTE_NONE, reader
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.sources.types import CsvOptions

LOOKED_AT = 256 * 1024
_MISSING = frozenset({"NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "#N/A", "\\N"})
_NUMBER = re.compile(r"-?\d+([.,]\d+)?")
_COMMA_NUMBER = re.compile(r"-?\d+,\d+")
_NOT_IN_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")
_MARKS = {codecs.BOM_UTF8: "utf8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_SPREAD = 16


def guessed(path: Path, given: CsvOptions | None = None) -> CsvOptions:
    """Guess separator, header, encoding and the texts that stand for missing values.

    Args:
        path: The file; it may be packed with gzip or zip.
        given: What is known already: another encoding, lines to skip.
    """
    raw = beginning(path)
    encoding = given.encoding if given else encoding_of(path, raw)
    skipped = given.skip_lines if given else 0
    lines = [line for line in decoded(raw, encoding).splitlines()[skipped : skipped + 1000] if line.strip()]
    separator = _separator(lines)
    rows = list(islice(reader(lines, delimiter=separator), 1000))
    cells = Counter(cell.strip() for row in rows[1:] for cell in row)
    commas = separator != "," and any(_COMMA_NUMBER.fullmatch(cell) for cell in cells)
    return CsvOptions(
        separator=separator,
        header=_has_header(rows),
        missing=tuple(sorted(cell for cell in cells if cell in _MISSING)),
        encoding=encoding,
        decimal_comma=commas,
        skip_lines=skipped,
    )


def beginning(path: Path, size: int = LOOKED_AT) -> bytes:
    """Read the first bytes of a file, unpacked.

    Raises:
        InvalidError: It is packed, but not with gzip or with one file in a zip archive.
    """
    try:
        if path.suffix.lower() == ".gz":
            with gzip.open(path) as packed:
                return packed.read(size)
        if path.suffix.lower() == ".zip":
            with ZipFile(path) as archive, archive.open(member(archive, path)) as unpacked:
                return unpacked.read(size)
    except (OSError, EOFError, BadZipFile) as error:
        raise InvalidError(f"“{path.name}” cannot be unpacked: {error}.", code="wrong_file") from error
    with path.open("rb") as file:
        return file.read(size)


def member(archive: ZipFile, path: Path) -> str:
    """Name the one file in a zip archive.

    Raises:
        InvalidError: There are several, or none.
    """
    names = [name for name in archive.namelist() if not name.endswith("/") and not name.startswith("__MACOSX")]
    if len(names) != 1:
        raise InvalidError(
            f"“{path.name}” holds {len(names)} files. Unpack it and open one of them.", code="wrong_file"
        )
    return names[0]


def encoding_of(path: Path, raw: bytes) -> str:
    """Guess the encoding: UTF-8 unless some bytes cannot be that, looked for all over the file."""
    for mark, name in _MARKS.items():
        if raw.startswith(mark):
            return name
    if raw.count(0) > len(raw) // 4:
        return "utf-16-le" if raw[1::2].count(0) > raw[0::2].count(0) else "utf-16-be"
    odd = next((piece for piece in [raw, *_pieces(path)] if not _is_utf8(piece)), None)
    if odd is None:
        return "utf8"
    return "latin-1" if _NOT_IN_CP1252 & set(odd) else "cp1252"


def decoded(raw: bytes, encoding: str) -> str:
    """Turn the beginning of a file into text; a cut character at its end is left out.

    Raises:
        InvalidError: Nobody knows the encoding.
    """
    known = {"utf8": "utf-8-sig", "utf8-lossy": "utf-8-sig"}.get(encoding, encoding)
    try:
        return raw.decode(known, errors="replace").removesuffix("\N{REPLACEMENT CHARACTER}")
    except LookupError:
        raise InvalidError(
            f"encoding: there is no encoding “{encoding}”. Use utf8, cp1252, utf-16 or another that Python knows.",
            code="wrong_encoding",
        ) from None


def _pieces(path: Path) -> list[bytes]:
    """Read some pieces all over a file that is not packed."""
    size = path.stat().st_size
    if path.suffix.lower() in {".gz", ".zip"} or size <= LOOKED_AT:
        return []
    pieces = []
    with path.open("rb") as file:
        for number in range(1, _SPREAD):
            file.seek(size * number // _SPREAD)
            pieces.append(file.read(64 * 1024))
    return pieces


def _is_utf8(raw: bytes) -> bool:
    """Tell whether bytes are UTF-8, when a character may be cut at both ends."""
    begin = next((index for index, byte in enumerate(raw[:4]) if byte & 0xC0 != 0x80), 0)  # noqa: PLR2004
    try:
        raw[begin:].decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True


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
    """Take the first line for names unless it holds a number."""
    if not rows:
        return True
    return not any(_NUMBER.fullmatch(cell.strip()) for cell in rows[0])


def ragged_line(path: Path, options: CsvOptions) -> tuple[int, int, int] | None:
    """Find the first line with more cells than the first has: its number, its cells, and how many there should be."""
    text = decoded(beginning(path, _WHOLE), options.encoding)
    lines = text.splitlines(keepends=True)[options.skip_lines :]
    quoting = {"quotechar": options.quote} if options.quote else {"quoting": QUOTE_NONE}
    rows = reader(lines, delimiter=options.separator, **quoting)
    wanted = len(next(rows, []))
    for row in rows:
        if len(row) > wanted:
            return rows.line_num + options.skip_lines, len(row), wanted
    return None


_WHOLE = 512 * 1024 * 1024
"""More than this is not searched for one odd line."""
