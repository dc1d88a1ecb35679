"""The text that reads a CSV file, in Polars, pandas and DuckDB's SQL."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.wrangling.sources.head import relative, sql_text
from jupyter_mlstudio.wrangling.sources.types import CellType, CsvOptions
from jupyter_mlstudio.wrangling.writing import call, listing, mapping, quote

if TYPE_CHECKING:
    import polars as pl

_POLARS: dict[CellType, str] = {
    "text": "pl.String", "integer": "pl.Int64", "number": "pl.Float64", "boolean": "pl.Boolean",
    "date": "pl.Date", "datetime": "pl.Datetime",
}  # fmt: skip
_PANDAS: dict[CellType, str] = {"text": "string", "integer": "Int64", "number": "Float64", "boolean": "boolean"}
_SQL: dict[CellType, str] = {
    "text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN",
    "date": "DATE", "datetime": "TIMESTAMP",
}  # fmt: skip


_INFERENCE = ("infer_schema_length=10_000", "try_parse_dates=True")


class Reading(NamedTuple):
    """Polars text that reads a CSV file, and the imports that it needs."""

    lines: tuple[str, ...]
    imports: tuple[str, ...] = ()


def polars_text(path: Path, options: CsvOptions) -> Reading:
    """Write the Polars text for a user's program."""
    if path.suffix.lower() != ".zip" and options.encoding in {"utf8", "utf8-lossy"}:
        return scan_text(path, options, relative(path))
    arguments = [*_arguments(options), *([f"encoding={quote(options.encoding)}"] if options.encoding != "utf8" else [])]
    packed, shown = path.suffix.lower(), quote(relative(path))
    if packed == ".gz":
        return _eager(f"gzip.open({shown}).read()", arguments, "import gzip")
    if packed == ".zip":
        return _eager(
            f"ZipFile({shown}).read(ZipFile({shown}).namelist()[0])", arguments, "from zipfile import ZipFile"
        )
    return _eager(shown, arguments)


def scan_text(path: Path, options: CsvOptions, shown: str | None = None) -> Reading:
    """Write the Polars text that scans a file in UTF-8."""
    lossy = ['encoding="utf8-lossy"'] if options.encoding == "utf8-lossy" else []
    arguments = [quote(shown or path.as_posix()), *_arguments(options), *lossy]
    return Reading((f"pl{call('scan_csv', [*arguments, *_INFERENCE])}",))


def _eager(what: str, arguments: Iterable[str], *imports: str) -> Reading:
    return Reading((f"pl{call('read_csv', [what, *arguments, *_INFERENCE])}", ".lazy()"), imports)


def _arguments(options: CsvOptions) -> list[str]:
    parts = []
    if options.separator != ",":
        parts.append(f"separator={quote(options.separator)}")
    if options.quote != '"':
        parts.append(f"quote_char={quote(options.quote) if options.quote else None}")
    if options.skip_lines:
        parts.append(f"skip_lines={options.skip_lines}")
    if not options.header:
        parts.append("has_header=False")
    if options.missing:
        parts.append(f"null_values={listing(quote(text) for text in options.missing)}")
    if options.decimal_comma:
        parts.append("decimal_comma=True")
    if options.ragged:
        parts.append("truncate_ragged_lines=True")
    if options.types:
        types = mapping({quote(name): _POLARS[kind] for name, kind in options.types.items()})
        parts.append(f"schema_overrides={types}")
    return parts


def pandas_text(path: Path, options: CsvOptions, table: "pl.LazyFrame") -> tuple[str, ...]:
    """Write the pandas text: the same names, types and missing values as Polars finds."""
    import polars as pl

    schema = table.collect_schema()
    dates = [name for name, dtype in schema.items() if isinstance(dtype, (pl.Date, pl.Datetime))]
    parts = [quote(relative(path))]
    parts += [f"sep={quote(options.separator)}"] if options.separator != "," else []
    parts += [f"quotechar={quote(options.quote)}"] if options.quote not in {'"', ""} else []
    parts += ["quoting=3"] if not options.quote else []
    parts += [f"skiprows={options.skip_lines}"] if options.skip_lines else []
    parts += _pandas_names(path, options, list(schema))
    parts.append(f"na_values={listing(quote(text) for text in ('', *options.missing))}")
    parts.append("keep_default_na=False")
    parts += ['decimal=","'] if options.decimal_comma else []
    parts += _pandas_encoding(options)
    parts += (
        ['engine="python"', "on_bad_lines=lambda cells: cells[:" + str(len(schema)) + "]"] if options.ragged else []
    )
    if typed := {quote(name): quote(_PANDAS[kind]) for name, kind in options.types.items() if kind in _PANDAS}:
        parts.append(f"dtype={mapping(typed)}")
    parts += [f"parse_dates={listing(map(quote, dates))}"] if dates else []
    return (f"pd{call('read_csv', [*parts, 'dtype_backend=' + quote('numpy_nullable')])}",)


def _pandas_encoding(options: CsvOptions) -> list[str]:
    if options.encoding == "utf8-lossy":
        return ['encoding_errors="replace"']
    return [f"encoding={quote(options.encoding)}"] if options.encoding != "utf8" else []


def _pandas_names(path: Path, options: CsvOptions, names: list[str]) -> list[str]:
    """Name the columns where pandas would call them otherwise: without a header, with names twice or empty."""
    odd = any(not name or "_duplicated_" in name for name in names)
    if options.header and not odd:
        return []
    return [f"names={listing(map(quote, names))}", "header=0" if options.header else "header=None"]


def sql(path: Path, options: CsvOptions) -> str:
    """Write what DuckDB reads the file with."""
    parts = [
        sql_text(relative(path)),
        f"header = {str(options.header).lower()}",
        f"delim = {sql_text(options.separator)}",
    ]
    parts += [f"quote = {sql_text(options.quote)}"] if options.quote != '"' else []
    parts += [f"skip = {options.skip_lines}"] if options.skip_lines else []
    parts += [f"nullstr = [{', '.join(sql_text(text) for text in ('', *options.missing))}]"] if options.missing else []
    parts += ["decimal_separator = ','"] if options.decimal_comma else []
    if options.types:
        types = ", ".join(f"{sql_text(name)}: {sql_text(_SQL[kind])}" for name, kind in options.types.items())
        parts.append(f"types = {{{types}}}")
    if options.encoding not in {"utf8", "utf8-lossy"}:
        parts.append(f"encoding = {sql_text('latin-1' if options.encoding == 'cp1252' else options.encoding)}")
    return f"read_csv({', '.join([*parts, 'sample_size = -1'])})"
