import pandas as pd
import polars as pl
import pytest

from jupyter_mlstudio.core.errors import InvalidError, NotFoundError
from jupyter_mlstudio.wrangling.sources import Files, framed, project_folder
from jupyter_mlstudio.wrangling.sources.types import CsvOptions, FileSource


def test_how_a_csv_file_is_written_is_guessed(project):
    (project / "a.csv").write_text("name;price\nBolt;1,5\nNut;NA\n")

    head = Files(project).open(FileSource(path="a.csv"))

    assert head.source == FileSource(path="a.csv", csv=CsvOptions(separator=";", missing=("NA",), decimal_comma=True))
    assert head.table.collect().rows() == [("Bolt", 1.5), ("Nut", None)]


@pytest.mark.parametrize(
    ("content", "options", "rows"),
    [
        (b"a,b\n1,2013-01-31\n", CsvOptions(), [(1, __import__("datetime").date(2013, 1, 31))]),
        (b"a\tb\n1\tx\n", CsvOptions(separator="\t"), [(1, "x")]),
        (b"1,2\n3,4\n", CsvOptions(header=False), [(1, 2), (3, 4)]),
        (b"\xef\xbb\xbfa,b\n1,2\n", CsvOptions(), [(1, 2)]),
        (b"a,b\ncaf\xe9,2\n", CsvOptions(encoding="cp1252"), [("caf\N{LATIN SMALL LETTER E WITH ACUTE}", 2)]),
        (b'a,b\n"x,y",2\n', CsvOptions(), [("x,y", 2)]),
        (b"one\n1\n2\n", CsvOptions(), [(1,), (2,)]),
    ],
)
def test_odd_csv_files_are_read(project, content, options, rows):
    (project / "a.csv").write_bytes(content)

    head = Files(project).open(FileSource(path="a.csv"))

    assert head.source == FileSource(path="a.csv", csv=options)
    assert head.table.collect().rows() == rows


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_an_empty_file_is_refused_with_advice(project, name):
    (project / name).write_bytes(b"")

    with pytest.raises(InvalidError, match=rf"“{name}” is empty. Choose a file with a header and rows"):
        Files(project).open(FileSource(path=name))


def test_a_file_that_is_not_what_its_name_says_is_refused(project):
    (project / "a.parquet").write_text("no parquet")

    with pytest.raises(InvalidError, match=r"“a.parquet” is no readable Parquet file"):
        Files(project).open(FileSource(path="a.parquet"))


def test_another_kind_of_file_is_refused(project):
    (project / "a.docx").write_text("x")

    with pytest.raises(InvalidError, match=r"“a.docx” is of no kind that can be opened \(Parquet, CSV, JSON"):
        Files(project).open(FileSource(path="a.docx"))


def test_a_file_that_is_not_there_is_named_with_the_nearest(project):
    (project / "flights.csv").write_text("a\n1\n")

    with pytest.raises(NotFoundError, match=r"no file “flight.csv” in the project. Did you mean “flights.csv”?"):
        Files(project).open(FileSource(path="flight.csv"))


def test_a_path_out_of_the_project_is_refused(project):
    with pytest.raises(InvalidError, match="outside the project"):
        Files(project).open(FileSource(path="../secret.csv"))


def test_not_a_number_is_a_missing_value_from_the_first_line_on(project):
    pl.DataFrame({"x": [1.0, float("nan"), None]}).write_parquet(project / "a.parquet")

    head = Files(project).open(FileSource(path="a.parquet"))

    assert head.lines == ('pl.scan_parquet("a.parquet")', ".fill_nan(None)")
    assert head.table.collect()["x"].to_list() == [1.0, None, None]


def test_a_pandas_frame_keeps_a_named_index_and_odd_column_names():
    frame = pd.DataFrame({1: [1.0, None], "b": ["x", None]}, index=pd.Index([7, 8], name="key"))

    head = framed("frame", frame)

    assert head.lines[0] == "pl.from_pandas(frame.rename(columns=str), include_index=True)"
    assert head.table.collect().rows() == [(7, 1.0, "x"), (8, None, None)]


def test_a_column_that_mixes_types_is_named():
    frame = pd.DataFrame({"ok": [1, 2], "mixed": [1, "two"]})

    with pytest.raises(InvalidError, match=r"Column “mixed” of “frame” mixes types. Make it one type first"):
        framed("frame", frame)


def test_columns_with_the_same_name_are_refused():
    with pytest.raises(InvalidError, match="several columns named “a”"):
        framed("frame", pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_what_is_no_frame_is_refused():
    with pytest.raises(InvalidError, match="“x” is a list, not a pandas or Polars DataFrame"):
        framed("x", [1])


def test_the_project_is_the_nearest_folder_with_studio_state(project, monkeypatch):
    inner = project / "notebooks" / "deep"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)

    assert project_folder() == project
