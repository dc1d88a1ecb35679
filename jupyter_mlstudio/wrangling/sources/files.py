"""Files of a project: found by their path, opened by their kind, looked at before they are opened."""

import os
from pathlib import Path
from typing import Literal

from jupyter_mlstudio.core.errors import InvalidError, NotFoundError
from jupyter_mlstudio.core.files import inside
from jupyter_mlstudio.wrangling.sources.binary import open_arrow, open_excel, open_parquet
from jupyter_mlstudio.wrangling.sources.delimited import open_csv
from jupyter_mlstudio.wrangling.sources.documents import is_lines, open_json, open_lines
from jupyter_mlstudio.wrangling.sources.fetching import Told
from jupyter_mlstudio.wrangling.sources.head import Head
from jupyter_mlstudio.wrangling.sources.tables import open_duckdb, open_sqlite
from jupyter_mlstudio.wrangling.sources.types import CsvOptions, FileSource, Format, FormatName, Formats
from jupyter_mlstudio.wrangling.writing import meant

_ENDINGS: dict[Format, tuple[str, tuple[str, ...]]] = {
    "parquet": ("Parquet", (".parquet", ".pq")),
    "csv": ("CSV", (".csv", ".tsv", ".txt", ".tab", ".csv.gz", ".tsv.gz", ".txt.gz", ".csv.zip", ".zip")),
    "json": ("JSON", (".json",)),
    "ndjson": ("JSON lines", (".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")),
    "excel": ("Excel", (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")),
    "arrow": ("Arrow", (".arrow", ".feather", ".ipc", ".arrows")),
    "sqlite": ("SQLite", (".sqlite", ".sqlite3", ".db", ".db3")),
    "duckdb": ("DuckDB", (".duckdb", ".ddb")),
}
FORMATS = Formats(
    items=tuple(FormatName(format=name, title=title, endings=ends) for name, (title, ends) in _ENDINGS.items())
)
_OPENERS = {
    "parquet": open_parquet,
    "csv": open_csv,
    "json": open_json,
    "ndjson": open_lines,
    "excel": open_excel,
    "arrow": open_arrow,
}
_DATABASES = {"sqlite": open_sqlite, "duckdb": open_duckdb}


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

    def text(
        self, path: str, csv: CsvOptions | None = None, language: Literal["polars", "pandas", "sql"] = "polars"
    ) -> str:
        """Write the text that reads a file, as seen from the current folder.

        Raises:
            InvalidError: It is no kind of file that can be read, is empty, or outside the project; or it takes more
                than one expression to read it.
            NotFoundError: It does not exist.
        """
        head = self.open(FileSource(path=path, csv=csv))
        if language == "sql" and not head.sql_reads:
            raise InvalidError(f"SQL cannot read “{path}”. Save the table as a Parquet file first.", code="not_in_sql")
        if language == "sql":
            return head.sql
        if head.imports:
            raise InvalidError(f"Save the table of “{path}” as a Parquet file, and use that here.", code="not_a_file")
        return "".join(head.lines if language == "polars" else head.pandas)

    def find(self, path: str) -> Path:
        """Return the absolute path of a file or folder, which must exist."""
        found = inside(self.project, path)
        if found.exists():
            return found
        names = [item.name for item in found.parent.iterdir()] if found.parent.is_dir() else []
        raise NotFoundError(f"There is no file “{path}” in the project.{meant(Path(path).name, names)}")

    def open(self, source: FileSource, told: Told = lambda _: None) -> Head:
        """Open a file; the head's source then says how it is written."""
        return opened(self.find(source.path), source, told)


def opened(path: Path, source: FileSource | None = None, told: Told = lambda _: None) -> Head:
    """Open any file, or a folder of Parquet files; `told` hears how many rows have come from a database file.

    Raises:
        InvalidError: It is empty, broken, or of a kind that cannot be read.
    """
    known = source or FileSource(path=path.as_posix())
    kind = format_of(path, known.format)
    if kind in _DATABASES:
        return _DATABASES[kind](path, known, told)
    return _OPENERS[kind](path, known)


def format_of(path: Path, given: Format | None = None) -> Format:
    """Tell the kind of a file by its ending, or by what stands in it.

    Raises:
        InvalidError: It is of no kind that can be read.
    """
    if given is not None:
        return given
    if path.is_dir():
        return "parquet"
    name = path.name.lower()
    for kind, (_, endings) in _ENDINGS.items():
        if name.endswith(endings):
            return "ndjson" if kind == "json" and is_lines(path) else kind
    kinds = ", ".join(title for title, _ in _ENDINGS.values())
    raise InvalidError(
        f"“{path.name}” is of no kind that can be opened ({kinds}). Choose another file.", code="wrong_file"
    )
