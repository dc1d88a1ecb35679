"""CSV files, as lazy frames."""

from pathlib import Path

from jupyter_mlstudio.wrangling.sources.checking import checked, sampled
from jupyter_mlstudio.wrangling.sources.csv_text import pandas_text, polars_text, sql
from jupyter_mlstudio.wrangling.sources.dialect import guessed
from jupyter_mlstudio.wrangling.sources.head import Head, identifier, without_nan
from jupyter_mlstudio.wrangling.sources.types import FileSource
from jupyter_mlstudio.wrangling.sources.unpacking import plain_file

CHECKED_AT_ONCE = 64 * 1024 * 1024
"""Files up to this size are read whole when they are opened, to know that all rows fit the types."""


def open_csv(path: Path, source: FileSource, *, whole: bool = False) -> Head:
    """Open a CSV file; where options are not given they are guessed.

    Args:
        path: The file.
        source: What is known of it.
        whole: Read it whole, however large, to know that all rows fit the types.

    Raises:
        InvalidError: The options do not fit; the message names the line or column.
    """
    given = source.csv or guessed(path)
    file = plain_file(path, given.encoding)
    small = file.path.stat().st_size <= CHECKED_AT_ONCE
    found = checked(file.path, path, given) if whole or small else sampled(file.path, path, given)
    options = found.options
    reading = polars_text(path, options)
    lines, table = without_nan(reading.lines, found.table)
    return Head(
        lines,
        table,
        identifier(path.name.split(".")[0]),
        "csv",
        source.model_copy(update={"csv": options, "format": source.format}),
        pandas=pandas_text(path, options, table),
        sql=sql(path, options),
        sql_reads=path.suffix.lower() != ".zip",
        imports=reading.imports,
        notes=found.notes,
        settle=None if whole or small else lambda: open_csv(path, source, whole=True),
        rows=found.rows,
        scratch=file.folder,
    )
