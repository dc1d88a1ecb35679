"""Files that know their types: Parquet (a file or a folder), Arrow and Excel."""

from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.sources.head import (
    Head,
    evaluated,
    identifier,
    relative,
    sql_name,
    sql_text,
    without_nan,
)
from jupyter_mlstudio.wrangling.sources.types import ExcelOptions, FileSource
from jupyter_mlstudio.wrangling.writing import call, meant, quote

if TYPE_CHECKING:
    import polars as pl

_NULLABLE = 'dtype_backend="numpy_nullable"'
_FILES_LOOKED_AT = 200


def open_parquet(path: Path, source: FileSource) -> Head:
    """Open a Parquet file, or a folder of them with the columns that its folders name.

    Raises:
        InvalidError: It is no Parquet, or the folder holds none.
    """
    shown, arguments = relative(path), [quote(relative(path))]
    notes: tuple[str, ...] = ()
    sql = sql_text(shown)
    if path.is_dir():
        arguments, notes = _folder(path)
        sql = f"{sql_text(f'{shown}/**/*.parquet')}, hive_partitioning = true, union_by_name = true"
    text = f"pl{call('scan_parquet', arguments)}"
    table = opened((text,), path, "Parquet")
    lines, table = without_nan((text,), table)
    return Head(
        lines,
        table,
        identifier(path.name.split(".")[0]),
        "parquet",
        source,
        pandas=(f"pd.read_parquet({quote(shown)}, {_NULLABLE})",),
        sql=f"read_parquet({sql})",
        sql_reads=True,
        notes=notes,
    )


def open_arrow(path: Path, source: FileSource) -> Head:
    """Open an Arrow file (Feather), or a stream that was saved.

    Raises:
        InvalidError: It is neither.
    """
    shown = quote(relative(path))
    lines: tuple[str, ...] = (f"pl.scan_ipc({shown})",)
    pandas = f"pd.read_feather({shown}, {_NULLABLE})"
    try:
        table = opened(lines, path, "Arrow")
    except InvalidError:
        lines = (f"pl.read_ipc_stream({shown})", ".lazy()")
        pandas = f"pl.read_ipc_stream({shown}).to_pandas().convert_dtypes()"
        table = opened(lines, path, "Arrow")
    name = identifier(path.name.split(".")[0])
    lines, table = without_nan(lines, table)
    stream = ("import polars as pl",) if "stream" in pandas else ()
    return Head(lines, table, name, "arrow", source, pandas=(pandas,), sql=sql_name(name), pandas_imports=stream)


def open_excel(path: Path, source: FileSource) -> Head:
    """Open a sheet of an Excel file.

    Raises:
        InvalidError: It is no Excel file, or has no such sheet, or the sheet is empty.
    """
    options = source.excel or ExcelOptions()
    sheets = sheets_of(path)
    sheet = options.sheet if options.sheet is not None else sheets[0]
    if sheet not in sheets:
        raise InvalidError(f"“{path.name}” has no sheet “{sheet}”.{meant(sheet, sheets)}", code="no_sheet")
    parts = [quote(relative(path)), f"sheet_name={quote(sheet)}"]
    pandas = [*parts]
    if not options.header:
        parts.append("has_header=False")
        pandas.append("header=None")
    if options.skip_rows:
        parts.append(
            f'read_options={{"header_row": {options.skip_rows}}}'
            if options.header
            else f'read_options={{"skip_rows": {options.skip_rows}}}'
        )
        pandas.append(f"skiprows={options.skip_rows}")
    lines: tuple[str, ...] = (f"pl{call('read_excel', [*parts, 'infer_schema_length=None'])}", ".lazy()")
    table = opened(lines, path, "Excel")
    lines, table = without_nan(lines, table)
    name = identifier(path.stem if len(sheets) == 1 else sheet)
    described = source.model_copy(update={"excel": options.model_copy(update={"sheet": sheet})})
    text = f"pd{call('read_excel', [*pandas, _NULLABLE])}"
    return Head(lines, table, name, "excel", described, pandas=(text,), sql=sql_name(name))


def sheets_of(path: Path) -> tuple[str, ...]:
    """Name the sheets of an Excel file.

    Raises:
        InvalidError: It is no Excel file.
    """
    import fastexcel

    try:
        return tuple(fastexcel.read_excel(path).sheet_names)
    except (fastexcel.FastExcelError, OSError) as error:
        raise _unreadable(path, "Excel", error) from error


def opened(lines: tuple[str, ...], path: Path, what: str, imports: tuple[str, ...] = ()) -> "pl.LazyFrame":
    """Run the text that reads a file.

    Raises:
        InvalidError: The file is empty, or not what it seems to be.
    """
    import polars as pl

    if path.is_file() and path.stat().st_size == 0:
        raise InvalidError(f"“{path.name}” is empty. Choose a file with a header and rows.", code="empty_file")
    try:
        table: pl.LazyFrame = evaluated(lines, imports)
        if not table.collect_schema():
            raise InvalidError(
                f"“{path.name}” has no columns. Choose a file with a header and rows.", code="empty_file"
            )
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        raise _unreadable(path, what, error) from error
    return table


def _unreadable(path: Path, what: str, error: BaseException) -> InvalidError:
    reason = str(error).split("\n", 1)[0].removesuffix(".")
    return InvalidError(f"“{path.name}” is no readable {what} file: {reason}.", code="wrong_file")


def _folder(path: Path) -> tuple[list[str], tuple[str, ...]]:
    """Write what reads all Parquet files of a folder, and say which columns do not stand in all of them."""
    import polars as pl

    files = sorted(each for each in path.rglob("*.parquet") if not each.name.startswith((".", "_")))
    if not files:
        raise InvalidError(
            f"There are no Parquet files in “{path.name}”. Open a single file instead.", code="wrong_file"
        )
    foreign = any(each.is_file() and each.suffix != ".parquet" and each.name[0] not in "._" for each in path.rglob("*"))
    arguments = (
        [quote(f"{relative(path)}/**/*.parquet"), "hive_partitioning=True"] if foreign else [quote(relative(path))]
    )
    first = set(pl.read_parquet_schema(files[0]))
    extra, lacking = {}, False
    for file in files[1:_FILES_LOOKED_AT]:
        names = set(pl.read_parquet_schema(file))
        extra.update({name: file.name for name in names - first if name not in extra})
        lacking = lacking or bool(first - names)
    arguments += ['missing_columns="insert"'] if lacking else []
    arguments += ['extra_columns="ignore"'] if extra else []
    notes = [
        f"Column “{name}” does not stand in the first file, only from {file} on, and is left out."
        for name, file in extra.items()
    ]
    return arguments, tuple(notes)
