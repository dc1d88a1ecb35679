"""Where tables come from: files and frames in memory, each as a lazy Polars frame and as the text for it."""

import keyword
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from jupyter_mlstudio.core.errors import InvalidError, NotFoundError
from jupyter_mlstudio.core.files import existing, inside
from jupyter_mlstudio.wrangling.dialect import guessed
from jupyter_mlstudio.wrangling.recipe import CsvOptions, FileSource, FrameSource
from jupyter_mlstudio.wrangling.writing import call, listing, meant, quote

if TYPE_CHECKING:
    import polars as pl

PARQUET = frozenset({".parquet", ".pq"})
CSV = frozenset({".csv", ".tsv", ".txt"})


class Head(NamedTuple):
    """The beginning of a chain: a table, the text that makes it, and what brings the result back into its form."""

    lines: tuple[str, ...]
    table: "pl.LazyFrame"
    name: str
    kind: Literal["parquet", "csv", "pandas", "polars"]
    source: FileSource | FrameSource | None
    back: tuple[str, ...] = (".collect()",)

    @property
    def result(self) -> str:
        """Name of the variable that holds the result: the file's name, or the frame's with an ending."""
        return self.name if self.kind in {"parquet", "csv"} else f"{self.name}_clean"


def project_folder() -> Path:
    """Return where paths in recipes start: the job's project, or the nearest folder with studio state, or this one."""
    given = os.environ.get("MLSTUDIO_PROJECT")
    here = Path.cwd()
    if given:
        return Path(given)
    return next((folder for folder in (here, *here.parents) if (folder / ".mlstudio").is_dir()), here)


class Files:
    """Reads files of a project."""

    def __init__(self, project: Path) -> None:
        self.project = project

    def text(self, path: str, csv: CsvOptions | None = None) -> str:
        """Write the Polars text that reads a file, as seen from the current folder.

        Raises:
            InvalidError: The file is no CSV or Parquet file, is empty, or outside the project.
            NotFoundError: It does not exist.
        """
        return reading(self.find(path), csv)

    def find(self, path: str) -> Path:
        """Return the absolute path of a file, which must exist."""
        try:
            return existing(self.project, path)
        except NotFoundError:
            folder = inside(self.project, path).parent
            names = [item.name for item in folder.iterdir()] if folder.is_dir() else []
            raise NotFoundError(f"There is no file “{path}” in the project.{meant(Path(path).name, names)}") from None

    def open(self, source: FileSource) -> Head:
        """Open a file; for a CSV file the source then says how it is written."""
        return opened(self.find(source.path), source)


def opened(path: Path, source: FileSource | None = None) -> Head:
    """Open any file.

    Raises:
        InvalidError: It is empty, broken, or neither CSV nor Parquet.
    """
    csv = source.csv if source else None
    is_csv = _kind(path) == "csv"
    if is_csv:
        csv = csv or guessed(path)
    text = reading(path, csv)
    table = _scanned(text, path)
    lines = _without_nan(text, table)
    known = source or FileSource(path=path.as_posix())
    described = known.model_copy(update={"csv": csv}) if is_csv else known
    return Head(lines, _continued(table, lines), identifier(path.stem), "csv" if is_csv else "parquet", described)


def reading(path: Path, csv: CsvOptions | None = None) -> str:
    """Write the Polars text that reads a file."""
    shown = quote(_relative(path))
    if _kind(path) == "parquet":
        return f"pl.scan_parquet({shown})"
    options = csv or guessed(path)
    parts = [shown]
    if options.separator != ",":
        parts.append(f"separator={quote(options.separator)}")
    if not options.header:
        parts.append("has_header=False")
    if options.missing:
        parts.append(f"null_values={listing(quote(text) for text in options.missing)}")
    if options.encoding != "utf8":
        parts.append(f"encoding={quote(options.encoding)}")
    if options.decimal_comma:
        parts.append("decimal_comma=True")
    return f"pl{call('scan_csv', [*parts, 'infer_schema_length=10_000', 'try_parse_dates=True'])}"


def framed(name: str, frame: object) -> Head:
    """Take a pandas or Polars frame that is known under a name.

    Raises:
        InvalidError: It is no frame, or one of its columns mixes types.
    """
    import polars as pl

    source = FrameSource(name=name)
    if isinstance(frame, pl.LazyFrame):
        lines = _without_nan(name, frame)
        return Head(lines, _continued(frame, lines), name, "polars", source)
    if isinstance(frame, pl.DataFrame):
        lazy = frame.lazy()
        lines = _without_nan(f"{name}.lazy()", lazy)
        return Head(lines, _continued(lazy, lines), name, "polars", source)
    text, table = _from_pandas(name, frame)
    lines = (text, ".lazy()")
    return Head(lines, table.lazy(), name, "pandas", source, (".collect()", ".to_pandas()"))


def identifier(wish: str, taken: "Mapping[str, object] | set[str] | frozenset[str]" = frozenset()) -> str:
    """Make a free Python name from any text."""
    name = re.sub(r"\W+", "_", wish, flags=re.ASCII).strip("_").lower() or "table"
    name = f"_{name}" if name[0].isdigit() else name
    name = f"{name}_" if keyword.iskeyword(name) or name == "pl" else name
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _from_pandas(name: str, frame: Any) -> "tuple[str, pl.DataFrame]":
    import polars as pl

    if not hasattr(frame, "columns") or not hasattr(frame, "index"):
        raise InvalidError(f"“{name}” is a {type(frame).__name__}, not a pandas or Polars DataFrame.")
    names = [str(column) for column in frame.columns]
    doubled = next((column for column in names if names.count(column) > 1), None)
    if doubled is not None:
        raise InvalidError(f"“{name}” has several columns named “{doubled}”. Rename them first.", code="name_taken")
    indexed = any(index is not None for index in frame.index.names)
    renamed, subject = frame, name
    if not all(isinstance(column, str) for column in frame.columns):
        renamed, subject = frame.rename(columns=str), f"{name}.rename(columns=str)"
    try:
        table = pl.from_pandas(renamed, include_index=indexed)
    except Exception as error:  # pyarrow and Polars have no common base for “mixed types”
        raise InvalidError(_mixed(name, frame, error), code="mixed_types") from error
    return f"pl.from_pandas({subject}{', include_index=True' if indexed else ''})", table


def _mixed(name: str, frame: Any, error: Exception) -> str:
    import polars as pl

    for column in frame.columns:
        try:
            pl.from_pandas(frame[[column]].rename(columns=str))
        except Exception:  # whichever it was: this is the column
            return (
                f"Column “{column}” of “{name}” mixes types. Make it one type first, "
                f'for example {name}["{column}"] = {name}["{column}"].astype(str).'
            )
    return f"“{name}” cannot be read: {error}"


def _without_nan(text: str, table: "pl.LazyFrame") -> tuple[str, ...]:
    """Make NaN a missing value from the first line on, so that files and pandas frames mean the same."""
    floats = any(dtype.is_float() for dtype in table.collect_schema().dtypes())
    return (text, ".fill_nan(None)") if floats else (text,)


def _continued(table: "pl.LazyFrame", lines: tuple[str, ...]) -> "pl.LazyFrame":
    return table.fill_nan(None) if len(lines) > 1 else table


def _scanned(text: str, path: Path) -> "pl.LazyFrame":
    import polars as pl

    if path.stat().st_size == 0:
        raise InvalidError(f"“{path.name}” is empty. Choose a file with a header and rows.", code="empty_file")
    try:
        table: pl.LazyFrame = eval(text, {"pl": pl})  # our own text, made of quoted literals
        if not table.collect_schema():
            raise InvalidError(
                f"“{path.name}” has no columns. Choose a file with a header and rows.", code="empty_file"
            )
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        what = "Parquet" if _kind(path) == "parquet" else "CSV"
        reason = str(error).split("\n", 1)[0]
        raise InvalidError(f"“{path.name}” is no readable {what} file: {reason}.", code="wrong_file") from error
    return table


def _kind(path: Path) -> Literal["parquet", "csv"]:
    suffix = path.suffix.lower()
    if suffix in PARQUET:
        return "parquet"
    if suffix in CSV or path.name.lower().endswith(".csv.gz"):
        return "csv"
    raise InvalidError(f"“{path.name}” is neither a CSV nor a Parquet file. Choose one of these.", code="wrong_file")


_NEAR = 3  # folders up; from further away the full path reads better


def _relative(path: Path) -> str:
    near = os.path.relpath(path)
    return Path(near if near.count("..") <= _NEAR else path).as_posix()
