"""Whether all rows of a text file fit the types that its first rows suggest; and which types they do fit."""

import re
from collections.abc import Iterator, Mapping
from csv import reader
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.sources.csv_text import scan_text
from jupyter_mlstudio.wrangling.sources.dialect import ragged_line
from jupyter_mlstudio.wrangling.sources.head import evaluated
from jupyter_mlstudio.wrangling.sources.types import CellType, CsvOptions

if TYPE_CHECKING:
    import polars as pl

_COLUMN = re.compile(r"at column '(.*)' \(column number", re.DOTALL)
_CELL = re.compile(r"could not parse `(.*?)` as dtype", re.DOTALL)
_ROWS = "__rows__"
_PIECES, _PIECE = 24, 128 * 1024
_WORDS: dict[CellType, str] = {"text": "text", "number": "fractions"}


class Checked(NamedTuple):
    """Options that the rows fit, and what the user should know of them."""

    options: CsvOptions
    table: "pl.LazyFrame"
    notes: tuple[str, ...] = ()
    rows: int | None = None
    """How many rows there are, if all were read."""


class Misfit(NamedTuple):
    """A column with values that its type cannot hold, the type that can, and the first row of them."""

    column: str
    fits: CellType
    row: int | None


def checked(file: Path, path: Path, options: CsvOptions) -> Checked:
    """Read a whole file, and widen the types of columns that not all rows fit.

    Args:
        file: The file in UTF-8.
        path: The file as the user knows it.
        options: How it is written.

    Raises:
        InvalidError: It cannot be read with these options; the message names the line.
    """
    notes: list[str] = []
    while True:
        table = _typed(file, path, options)
        failure = _failure(table)
        if isinstance(failure, int):
            return Checked(options, table, tuple(notes), failure)
        misfits = _misfits(table, _texts(file, options), options) or _named(failure, options)
        if not misfits:
            raise unreadable(path, options, failure)
        notes += [_note(misfit) for misfit in misfits]
        options = _widened(options, misfits)


def sampled(file: Path, path: Path, options: CsvOptions) -> Checked:
    """Look at pieces all over a large file, and widen the types of columns that do not fit there.

    Raises:
        InvalidError: Not even its beginning can be read with these options.
    """
    table = _typed(file, path, options)
    failure = _failure(table.head(1))
    if isinstance(failure, str):
        raise unreadable(path, options, failure)
    with TemporaryDirectory(prefix="mlstudio-source-") as folder:
        sample = Path(folder) / "sample.csv"
        with sample.open("w", encoding="utf-8", newline="") as out:
            out.writelines(_sample(file, options))
        misfits = _misfits(table, _texts(sample, options.model_copy(update={"skip_lines": 0})), options)
    if not misfits:
        return Checked(options, table)
    widened = _widened(options, misfits)
    notes = tuple(_note(misfit._replace(row=None)) for misfit in misfits)
    return Checked(widened, _typed(file, path, widened), notes)


def _typed(file: Path, path: Path, options: CsvOptions) -> "pl.LazyFrame":
    """Scan a file with the types that its beginning suggests."""
    import polars as pl

    if file.stat().st_size == 0:
        raise InvalidError(f"“{path.name}” is empty. Choose a file with a header and rows.", code="empty_file")
    try:
        table: pl.LazyFrame = evaluated(scan_text(file, options).lines)
        table.collect_schema()
    except _failures() as error:
        raise unreadable(path, options, str(error)) from error
    return table


def _texts(file: Path, options: CsvOptions) -> "pl.LazyFrame":
    """Scan a file with all cells as text."""
    lines = scan_text(file, options.model_copy(update={"types": {}})).lines
    texts: pl.LazyFrame = evaluated((lines[0].replace(*_AS_TEXT),))
    return texts


def _failure(table: "pl.LazyFrame") -> str | int:
    """Read a table; return what Polars says against it, or how many rows it has."""
    import polars as pl

    try:
        read = table.select(pl.all().last(), pl.len().alias(_ROWS))
        return int(read.collect(engine="streaming")[_ROWS].item())
    except _failures() as error:
        return str(error)


def _failures() -> tuple[type[BaseException], ...]:
    import polars as pl

    return (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, UnicodeDecodeError)


def _misfits(table: "pl.LazyFrame", texts: "pl.LazyFrame", options: CsvOptions) -> list[Misfit]:
    """Compare the texts of all cells with the types of their columns, in one pass."""
    asked = list(_questions(table.collect_schema(), options))
    answers = texts.select(expression.alias(str(number)) for number, (_, _, expression) in enumerate(asked))
    try:
        rows = answers.collect(engine="streaming").row(0) if asked else ()
    except _failures():
        return []
    found = {}
    for (name, fits, _), row in zip(asked, rows, strict=True):
        if row is not None:
            found[name] = Misfit(name, fits, row)
    return list(found.values())


_AS_TEXT = ("infer_schema_length=10_000", "infer_schema=False")


def _questions(schema: "Mapping[str, pl.DataType]", options: CsvOptions) -> "Iterator[tuple[str, CellType, pl.Expr]]":
    """Ask for the first row in which a cell is no number of its column's type; the widest type that fits comes last."""
    import polars as pl

    for name, dtype in schema.items():
        cell = pl.col(name).str.replace(",", ".", literal=True) if options.decimal_comma else pl.col(name)
        wider: list[tuple[pl.DataType, CellType]] = [(pl.Float64(), "text")] if dtype.is_numeric() else []
        for tried, fits in [(pl.Int64(), "number"), *wider] if dtype.is_integer() else wider:
            misfit = cell.is_not_null() & cell.cast(tried, strict=False).is_null()
            yield name, fits, misfit.arg_true().first()


def _named(failure: str, options: CsvOptions) -> list[Misfit]:
    """Take the column that Polars names, if it is not read as text already."""
    column = _COLUMN.search(failure)
    if column is None or options.types.get(column.group(1)) == "text":
        return []
    return [Misfit(column.group(1), "text", None)]


def _note(misfit: Misfit) -> str:
    where = "further down" if misfit.row is None else f"from row {misfit.row + 1:,} on"
    what = _WORDS.get(misfit.fits, misfit.fits)
    kind = "text" if misfit.fits == "text" else "numbers with fractions"
    return f"Column “{misfit.column}” holds {what} {where}, so it is read as {kind}."


def _widened(options: CsvOptions, misfits: list[Misfit]) -> CsvOptions:
    return options.model_copy(update={"types": {**options.types, **{each.column: each.fits for each in misfits}}})


def unreadable(path: Path, options: CsvOptions, failure: str) -> InvalidError:
    """Say what Polars says against a file, with the line that is to blame where that can be told."""
    if "more fields" in failure or "truncate_ragged_lines" in failure:
        odd = ragged_line(path, options)
        if odd is not None:
            line, cells, wanted = odd
            return InvalidError(
                f"“{path.name}”: line {line:,} has {cells} cells, but the first line has {wanted}. Mend the line, "
                "choose another separator, or let long lines be cut (“ragged”).",
                code="ragged_line",
            )
    if "utf-8" in failure.lower() or "utf8" in failure.lower():
        return InvalidError(
            f"“{path.name}” is not written in {options.encoding} throughout. Choose another encoding, such as cp1252.",
            code="wrong_encoding",
        )
    cell = _CELL.search(failure)
    reason = f"{cell.group(1)!r} does not fit" if cell else failure.split("\n", 1)[0].removesuffix(".")
    return InvalidError(f"“{path.name}” is no readable CSV file: {reason}.", code="wrong_file")


def _sample(file: Path, options: CsvOptions) -> Iterator[str]:
    """Take whole lines from pieces all over a file; those with another number of cells may be cut ones."""
    size = file.stat().st_size
    with file.open("rb") as content:
        for number in range(_PIECES):
            content.seek(size * number // _PIECES)
            lines = content.read(_PIECE).decode("utf-8-sig", errors="replace").splitlines(keepends=True)
            lines = lines[options.skip_lines if number == 0 else 1 : -1]
            if number == 0:
                wanted = _cells(lines[0], options) if lines else 0
            yield from (line for line in lines if _cells(line, options) == wanted)


def _cells(line: str, options: CsvOptions) -> int:
    return len(next(reader([line], delimiter=options.separator), []))
