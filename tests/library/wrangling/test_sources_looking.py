"""A look at files before they are opened, and what a session says of its source."""

import json
import sqlite3

import polars as pl
import pytest

from jupyter_mlstudio.core.errors import NotFoundError
from jupyter_mlstudio.kernel import outcome_of
from jupyter_mlstudio.wrangling import steps
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.session import Session
from jupyter_mlstudio.wrangling.sources import Files, delimited
from jupyter_mlstudio.wrangling.sources.types import (
    CsvOptions,
    ExcelOptions,
    FileSource,
    SourceColumn,
    TableName,
    TableOptions,
)


@pytest.fixture
def sources(project):
    return Session(Files(project), dict).sources


def test_a_csv_file_shows_its_lines_its_guessed_options_and_what_they_make(sources, project):
    (project / "a.csv").write_bytes("name;price\ncaf\xe9;1,5\nNA;2\n".encode("latin-1"))

    seen = sources.inspect(FileSource(path="a.csv"))

    options = CsvOptions(separator=";", missing=("NA",), encoding="cp1252", decimal_comma=True)
    assert seen.source == FileSource(path="a.csv", format="csv", csv=options)
    assert seen.lines == ("name;price", "caf\xe9;1,5", "NA;2")
    assert seen.columns == (SourceColumn(name="name", dtype="String"), SourceColumn(name="price", dtype="Float64"))
    assert seen.rows == (("caf\xe9", "1.5"), (None, "2.0"))
    assert (seen.size, seen.error) == (25, None)


def test_corrected_options_are_shown_at_once_and_open_the_same(sources, project):
    (project / "a.csv").write_text("report\n\na;b\n1;2\n3;4\n")
    source = FileSource(path="a.csv", csv=CsvOptions(separator=";", skip_lines=2))

    seen = sources.inspect(source)

    assert seen.rows == (("1", "2"), ("3", "4"))
    assert Files(project).open(seen.source).table.collect().rows() == [(1, 2), (3, 4)]


def test_options_that_do_not_fit_are_explained_beside_the_lines(sources, project):
    (project / "a.csv").write_text("a,b\n1,2\n1,2,3\n")

    seen = sources.inspect(FileSource(path="a.csv"))

    assert seen.lines == ("a,b", "1,2", "1,2,3")
    assert seen.rows == ()
    assert "line 3 has 3 cells" in seen.error


def test_only_the_beginning_of_a_large_file_is_read(sources, project):
    (project / "a.csv").write_text("a,b\n" + "1,2\n" * 200_000 + "oops,2,3\n")

    seen = sources.inspect(FileSource(path="a.csv"))

    assert (seen.error, len(seen.rows), len(seen.lines)) == (None, 20, 12)


def test_sheets_and_tables_are_listed(sources, project):
    import xlsxwriter

    with xlsxwriter.Workbook(project / "a.xlsx") as book:
        pl.DataFrame({"x": [1]}).write_excel(book, worksheet="One")
        pl.DataFrame({"y": [1]}).write_excel(book, worksheet="Two")
    connection = sqlite3.connect(project / "a.db")
    connection.execute("CREATE TABLE first (n)")
    connection.execute("CREATE TABLE second (n)")
    connection.close()

    excel = sources.inspect(FileSource(path="a.xlsx"))
    tables = sources.inspect(FileSource(path="a.db"))

    assert (excel.sheets, excel.source.excel) == (("One", "Two"), ExcelOptions(sheet="One"))
    assert excel.rows == (("1",),)
    assert tables.tables == (TableName(name="first", rows=None), TableName(name="second", rows=None))
    assert tables.source.table == TableOptions(table="first")


def test_a_file_that_is_not_there_is_not_found(sources):
    with pytest.raises(NotFoundError):
        sources.inspect(FileSource(path="a.csv"))


def test_the_kinds_of_files_are_listed_with_their_endings(sources):
    listed = {item.format: item.endings for item in sources.formats().items}

    assert set(listed) == {"parquet", "csv", "json", "ndjson", "excel", "arrow", "sqlite", "duckdb"}
    assert ".csv.gz" in listed["csv"]


def test_a_large_csv_file_says_that_it_is_not_settled_and_settles(project, monkeypatch):
    monkeypatch.setattr(delimited, "CHECKED_AT_ONCE", 100)
    (project / "a.csv").write_text("zip\n" + "".join(f"{row}\n" for row in range(30_000)) + "late\n")
    session = Session(Files(project), dict)

    opened = session.open(FileSource(path="a.csv"))
    first, _ = session.window(0, 0, 10)
    settled = session.sources.settle()

    assert (opened.settled, opened.rows, opened.columns[0].dtype, opened.notes) == (False, None, "Int64", ())
    assert (first.rows, first.exact) == (10, False)
    assert (settled.settled, settled.columns[0].dtype, settled.rows) == (True, "String", 30_001)
    assert settled.notes == ("Column “zip” holds text from row 30,001 on, so it is read as text.",)
    assert session.recipe.source.csv.types == {"zip": "text"}


def test_a_recipe_that_is_at_work_stays_when_the_file_settles(project, monkeypatch):
    monkeypatch.setattr(delimited, "CHECKED_AT_ONCE", 100)
    (project / "a.csv").write_text("n,s\n" + "".join(f"{row},x\n" for row in range(30_000)))
    session = Session(Files(project), dict)
    session.open(FileSource(path="a.csv"))
    session.apply(Recipe(steps=(steps.FilterRows(formula="n < 5"),)))

    settled = session.sources.settle()

    assert (settled.rows, len(settled.recipe.steps)) == (30_000, 1)
    assert session.window(1, 0, 10)[0].rows_total == 5


def test_a_panel_asks_with_plain_data(project):
    (project / "a.csv").write_text("a\n1\n")
    session = Session(Files(project), dict)

    answer, _ = outcome_of(
        session, {"verb": "sources.inspect", "arguments": {"source": {"kind": "file", "path": "a.csv"}}}
    )
    refused, _ = outcome_of(
        session, {"verb": "open", "arguments": {"source": {"kind": "database", "url": "postgresql://u:secret@h/d"}}}
    )

    assert answer["result"]["rows"] == [["1"]]
    assert "leave the password out" in refused["error"]["message"]
    assert "secret" not in json.dumps(refused)
