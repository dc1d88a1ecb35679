"""CSV files as people have them."""

import gzip
from zipfile import ZipFile

import pandas as pd
import polars as pl
import pytest

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.sources import Files, delimited
from jupyter_mlstudio.wrangling.sources.head import evaluated
from jupyter_mlstudio.wrangling.sources.types import CsvOptions, FileSource

CAFE = "name;price\ncaf\N{LATIN SMALL LETTER E WITH ACUTE};1,5\n\N{EURO SIGN};2\n"
ROWS = [("caf\N{LATIN SMALL LETTER E WITH ACUTE}", 1.5), ("\N{EURO SIGN}", 2.0)]


def shown(head) -> pl.DataFrame:
    """Run the text that the user gets."""
    return evaluated((*head.lines, *head.back), head.imports, head.setup)


def in_pandas(head) -> pd.DataFrame:
    space: dict[str, object] = {}
    exec("\n".join(["import pandas as pd", *head.pandas_imports, *head.setup]), space)
    return eval("".join(head.pandas), space)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".csv.zip"])
def test_every_encoding_is_guessed_and_read_the_same_packed_or_not(project, encoding, ending):
    raw = CAFE.encode(encoding)
    path = project / f"prices{ending}"
    if ending == ".csv.gz":
        path.write_bytes(gzip.compress(raw))
    elif ending == ".csv.zip":
        with ZipFile(path, "w") as archive:
            archive.writestr("prices.csv", raw)
    else:
        path.write_bytes(raw)

    head = Files(project).open(FileSource(path=path.name))

    assert head.table.collect().rows() == ROWS
    assert shown(head).rows() == ROWS
    assert [tuple(row) for row in in_pandas(head).itertuples(index=False)] == ROWS


def test_an_encoding_that_was_guessed_wrong_can_be_corrected(project):
    text = "名前,n\n山田,1\n"
    (project / "a.csv").write_bytes(text.encode("shift_jis"))

    head = Files(project).open(FileSource(path="a.csv", csv=CsvOptions(encoding="shift_jis")))

    assert head.table.collect().rows() == shown(head).rows() == [("山田", 1)]


def test_an_unknown_encoding_is_refused_with_the_names_of_others(project):
    (project / "a.csv").write_text("a\n1\n")

    with pytest.raises(InvalidError, match=r"there is no encoding “klingon”. Use utf8, cp1252"):
        Files(project).open(FileSource(path="a.csv", csv=CsvOptions(encoding="klingon")))


def test_a_column_that_turns_to_text_after_many_rows_is_read_as_text(project):
    rows = "".join(f"{row},{row},{row}\n" for row in range(20_000))
    (project / "late.csv").write_text(f"zip,price,n\n{rows}N1 2AB,1.5,7\n")

    head = Files(project).open(FileSource(path="late.csv"))

    assert head.source.csv.types == {"zip": "text", "price": "number"}
    assert head.notes == (
        "Column “zip” holds text from row 20,001 on, so it is read as text.",
        "Column “price” holds fractions from row 20,001 on, so it is read as numbers with fractions.",
    )
    assert head.table.collect().row(-1) == ("N1 2AB", 1.5, 7)
    assert shown(head).equals(head.table.collect())
    assert in_pandas(head)["zip"].iloc[-1] == "N1 2AB"


def test_a_date_column_with_odd_texts_at_the_end_is_read_as_text(project):
    rows = "".join(f"2013-01-{1 + row % 28:02}\n" for row in range(12_000))
    (project / "late.csv").write_text(f"day\n{rows}unknown\n")

    head = Files(project).open(FileSource(path="late.csv"))

    assert head.table.collect()["day"][-1] == "unknown"
    assert "“day”" in head.notes[0]


def test_types_of_a_large_file_come_from_pieces_all_over_it_and_settle_when_it_is_read_whole(project, monkeypatch):
    monkeypatch.setattr(delimited, "CHECKED_AT_ONCE", 1000)
    many = 400_000
    lines = [f"{row},{row},x\n" for row in range(many)]
    lines[many // 2 : many // 2 + 40_000] = [f"S{row},{row},x\n" for row in range(40_000)]
    lines[-10] = "1,late,x\n"
    (project / "large.csv").write_text("zip,code,s\n" + "".join(lines))

    head = Files(project).open(FileSource(path="large.csv"))

    assert head.source.csv.types == {"zip": "text"}
    assert head.notes == ("Column “zip” holds text further down, so it is read as text.",)
    settled = head.settle()
    assert settled.settle is None
    assert settled.source.csv.types == {"zip": "text", "code": "text"}
    assert settled.table.collect().height == many


def test_a_line_with_too_many_cells_is_named_and_can_be_cut(project):
    (project / "ragged.csv").write_text('a,b\n1,"x\ny"\n2,z\n3,4,5\n6\n')

    with pytest.raises(
        InvalidError, match=r"“ragged.csv”: line 5 has 3 cells, but the first line has 2. Mend the line"
    ):
        Files(project).open(FileSource(path="ragged.csv"))

    head = Files(project).open(FileSource(path="ragged.csv", csv=CsvOptions(ragged=True)))
    assert head.table.collect().rows() == [(1, "x\ny"), (2, "z"), (3, "4"), (6, None)]
    assert len(in_pandas(head)) == 4


def test_names_that_are_empty_or_stand_twice_are_made_different_alike_in_pandas(project):
    (project / "a.csv").write_text("a,a,,b,\n1,2,3,4,5\n")

    head = Files(project).open(FileSource(path="a.csv"))

    table = head.table.collect()
    assert len(set(table.columns)) == 5
    assert in_pandas(head).columns.to_list() == table.columns
    assert in_pandas(head).iloc[0].to_list() == [1, 2, 3, 4, 5]


def test_lines_before_the_names_are_skipped(project):
    (project / "a.csv").write_text("Report of 2013\n\na;b\n1;2\n")

    head = Files(project).open(FileSource(path="a.csv", csv=CsvOptions(separator=";", skip_lines=2)))

    assert head.table.collect().rows() == [(1, 2)]
    assert in_pandas(head).to_dict("list") == {"a": [1], "b": [2]}


@pytest.mark.parametrize(
    ("content", "shape"),
    [
        ("a,b\n", (0, 2)),
        ("a,b\n1,2", (1, 2)),
        (",".join(f"c{number}" for number in range(300)) + "\n" + ",".join("1" * 300) + "\n", (1, 300)),
        ("a\n\n1\n", (2, 1)),
    ],
)
def test_small_and_wide_tables_are_read(project, content, shape):
    (project / "a.csv").write_text(content)

    head = Files(project).open(FileSource(path="a.csv"))

    assert head.table.collect().shape == shape
    assert shown(head).shape == shape


def test_what_pandas_and_duckdb_read_is_what_polars_reads(project):
    import duckdb

    (project / "a.csv").write_text("id;price;day;ok;name\n1;1,5;2013-01-31;true;NA\n;;;;\n3;2;2013-02-01;false;x\n")

    head = Files(project).open(FileSource(path="a.csv"))
    table = head.table.collect()

    assert table.rows()[2][:2] == (3, 2.0)
    frame = in_pandas(head)
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {
        "id": "Int64", "price": "Float64", "day": "datetime64[us]", "ok": "boolean", "name": "string",
    }  # fmt: skip
    assert frame["id"].isna().to_list() == [False, True, False]
    assert duckdb.sql(f"SELECT * FROM {head.sql}").pl().rows() == table.rows()


def test_a_file_in_quotes_that_are_no_quotes_is_read(project):
    (project / "a.csv").write_text('a,b\n5" pipe,1\n')

    head = Files(project).open(FileSource(path="a.csv", csv=CsvOptions(quote="")))

    assert head.table.collect().rows() == [('5" pipe', 1)]
    assert in_pandas(head)["a"][0] == '5" pipe'
