"""Which table is meant: a file, a query of a database or a frame of the kernel, and how it is to be read."""

from typing import Annotated, Literal, Self
from urllib.parse import parse_qsl, urlsplit

from pydantic import Field, field_validator, model_validator

from jupyter_mlstudio.core.types import Struct

Format = Literal["parquet", "csv", "json", "ndjson", "excel", "arrow", "sqlite", "duckdb"]
FrameKind = Literal["pandas", "polars", "pyarrow", "relation", "series", "array"]
SourceKind = Literal[
    "parquet", "csv", "json", "ndjson", "excel", "arrow", "sqlite", "duckdb", "database",
    "pandas", "polars", "pyarrow", "relation", "series", "array",
]  # fmt: skip
"""What a table is read from: a format of files, a database, or a kind of frame."""

CellType = Literal["text", "integer", "number", "date", "datetime", "boolean"]

_SECRETS = frozenset({"password", "passwd", "pwd", "token", "secret"})


class CsvOptions(Struct):
    """How a CSV file is written; guessed when it is opened."""

    separator: str = Field(default=",", min_length=1, max_length=1, title="Separator")
    header: bool = Field(default=True, title="The first line holds the names")
    missing: tuple[str, ...] = Field(default=(), title="Missing values", description="Texts that mean “no value”.")
    encoding: str = Field(
        default="utf8", title="Encoding", description="utf8, utf8-lossy, or a name as Python knows it: cp1252, utf-16."
    )
    decimal_comma: bool = Field(default=False, title="Decimal comma")
    quote: str = Field(default='"', max_length=1, title="Quotation mark", description="Empty if nothing is quoted.")
    skip_lines: int = Field(default=0, ge=0, title="Lines to skip", description="Lines before the names or first row.")
    ragged: bool = Field(
        default=False, title="Cut long lines", description="Leave out the surplus cells of lines that have too many."
    )
    types: dict[str, CellType] = Field(
        default={}, title="Types", description="Types of columns whose first rows do not tell."
    )


class ExcelOptions(Struct):
    """Which part of an Excel file is read."""

    sheet: str | None = Field(default=None, title="Sheet", description="The first one if not given.")
    header: bool = Field(default=True, title="The first row holds the names")
    skip_rows: int = Field(default=0, ge=0, title="Rows to skip", description="Rows before the names or first row.")


class JsonOptions(Struct):
    """Where the rows of a JSON file are."""

    records: str = Field(
        default="", title="Rows under", description="Key of the list of rows; empty if the file is that list."
    )


class TableOptions(Struct):
    """Which table of a SQLite or DuckDB file is read: a name, or the result of a query."""

    table: str | None = Field(default=None, title="Table")
    query: str | None = Field(default=None, title="Query", description="A SELECT, instead of a table.")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        _one_of_both(self)
        return self


class FileSource(Struct):
    """A file of the project, or a folder of Parquet files."""

    kind: Literal["file"] = "file"
    path: str = Field(description="Path from the project folder.")
    format: Format | None = Field(default=None, description="What kind of file it is; as its ending says if not given.")
    csv: CsvOptions | None = Field(default=None, description="For CSV files; guessed if not given.")
    excel: ExcelOptions | None = Field(default=None, description="For Excel files.")
    document: JsonOptions | None = Field(default=None, description="For JSON files; guessed if not given.")
    table: TableOptions | None = Field(
        default=None, description="For SQLite and DuckDB files; their only table if not given."
    )


class DatabaseSource(Struct):
    """A table of a database, or the result of a query. Its password is never kept."""

    kind: Literal["database"] = "database"
    url: str = Field(description="SQLAlchemy URL without the password, as in postgresql://reader@host/sales.")
    table: str | None = Field(default=None, description="Name of a table, with its schema where needed.")
    query: str | None = Field(default=None, description="A SELECT, instead of a table.")
    password_from: str | None = Field(
        default=None,
        description="Environment variable of the kernel that holds the password, or keyring:SERVICE.",
    )

    @field_validator("url")
    @classmethod
    def _without_password(cls, url: str) -> str:
        parts = urlsplit(url)
        if not parts.scheme:
            raise ValueError("begin with the kind of database, as in postgresql://user@host/database")
        if parts.password is not None or any(key.lower() in _SECRETS for key, _ in parse_qsl(parts.query)):
            raise ValueError(
                "leave the password out: recipes and programs are shared. Name the environment variable that holds it "
                "in password_from"
            )
        return url

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        _one_of_both(self)
        return self


class FrameSource(Struct):
    """A DataFrame of the kernel: pandas, Polars, PyArrow or a DuckDB relation."""

    kind: Literal["frame"] = "frame"
    name: str = Field(description="Name of the variable.")


Source = Annotated[FileSource | DatabaseSource | FrameSource, Field(discriminator="kind")]


class TableName(Struct):
    """A table that can be opened."""

    name: str = Field(description="With its schema where there is one.")
    rows: int | None = Field(description="None if it is not known without counting.")


class Tables(Struct):
    """The tables and views of a database."""

    items: tuple[TableName, ...]


class FormatName(Struct):
    """A kind of file that can be opened."""

    format: Format
    title: str
    endings: tuple[str, ...]


class Formats(Struct):
    """The kinds of files that can be opened."""

    items: tuple[FormatName, ...]


class SourceColumn(Struct):
    """A column as it would be read."""

    name: str
    dtype: str = Field(description="Polars' name of the type.")


class Inspected(Struct):
    """A look at a file before it is opened: what was guessed, and what its beginning becomes with it."""

    source: FileSource = Field(description="The same file with format and options, for `open`.")
    size: int | None = Field(description="Bytes of the file; None for a folder.")
    lines: tuple[str, ...] = Field(description="First lines as they stand in a text file.")
    sheets: tuple[str, ...] = Field(description="Sheets of an Excel file.")
    tables: tuple[TableName, ...] = Field(description="Tables of a SQLite or DuckDB file.")
    columns: tuple[SourceColumn, ...] = Field(description="Columns as they would be read.")
    rows: tuple[tuple[str | None, ...], ...] = Field(description="First rows as they would be read, as text.")
    error: str | None = Field(description="Why the options do not fit, and what to do.")


MESSAGES = (FileSource, DatabaseSource, FrameSource, Tables, Formats, Inspected)
"""What travels between panel and kernel."""


def _one_of_both(asked: "TableOptions | DatabaseSource") -> None:
    if asked.table is not None and asked.query is not None:
        raise ValueError("table: name a table or write a query, not both")
