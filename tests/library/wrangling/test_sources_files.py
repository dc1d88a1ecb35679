"""Files of every kind: what is read, what the program reads, and what is refused."""

import json
import sqlite3

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from jupyter_mlstudio.core.errors import ConflictError, InvalidError
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.sources import Files
from jupyter_mlstudio.wrangling.sources.head import evaluated
from jupyter_mlstudio.wrangling.sources.types import ExcelOptions, FileSource, JsonOptions, TableOptions

TABLE = pl.DataFrame({"n": [1, None, 3], "f": [0.5, None, 2.0], "s": ["x", None, ""], "b": [True, None, False]})


def shown(head) -> pl.DataFrame:
    """Run the text that the user gets."""
    return evaluated((*head.lines, *head.back), head.imports, head.setup)


def in_pandas(head) -> pd.DataFrame:
    space: dict[str, object] = {}
    exec("\n".join(["import pandas as pd", *head.pandas_imports, *head.setup]), space)
    return eval("".join(head.pandas), space)


def in_duckdb(head) -> pl.DataFrame:
    return duckdb.sql(f"SELECT * FROM {head.sql}").pl()


def agreed(head) -> pl.DataFrame:
    """Return the table after checking that the Polars and the pandas text make it too."""
    table = head.table.collect()
    assert shown(head).equals(table)
    frame = in_pandas(head)
    assert frame.columns.to_list() == table.columns
    assert len(frame) == table.height
    for name in table.columns:
        if table[name].dtype.is_numeric():
            assert pl.from_pandas(frame[name].astype("Float64")).to_list() == table[name].cast(pl.Float64).to_list()
    return table


def test_parquet_and_arrow_files_are_read_alike(project):
    TABLE.write_parquet(project / "a.parquet")
    TABLE.write_ipc(project / "a.arrow", compat_level=pl.CompatLevel.oldest())
    with pa.ipc.new_stream(project / "b.arrows", TABLE.to_arrow().schema) as stream:
        stream.write_table(TABLE.to_arrow())

    for name in ("a.parquet", "a.arrow", "b.arrows"):
        assert agreed(Files(project).open(FileSource(path=name))).equals(TABLE)


def test_a_folder_of_parquet_files_is_one_table_with_the_columns_of_its_folders(project):
    for year in (2013, 2014):
        TABLE.write_parquet(project / "sales" / f"year={year}" / "part.parquet", mkdir=True)

    head = Files(project).open(FileSource(path="sales"))

    assert agreed(head)["year"].to_list() == [2013] * 3 + [2014] * 3
    assert in_duckdb(head).height == TABLE.height * 2


def test_files_of_a_folder_may_lack_columns_and_stand_beside_other_files(project):
    TABLE.write_parquet(project / "sales" / "1.parquet", mkdir=True)
    TABLE.drop("f").with_columns(new=1).write_parquet(project / "sales" / "2.parquet")
    (project / "sales" / "README.txt").write_text("about")

    head = Files(project).open(FileSource(path="sales"))

    assert head.table.collect().shape == (6, 4)
    assert shown(head)["f"].null_count() == 4
    assert head.notes == ("Column “new” does not stand in the first file, only from 2.parquet on, and is left out.",)


def test_a_folder_without_parquet_is_refused(project):
    (project / "empty").mkdir()

    with pytest.raises(InvalidError, match=r"There are no Parquet files in “empty”"):
        Files(project).open(FileSource(path="empty"))


def test_json_may_be_a_list_of_records_an_object_with_one_or_lists_by_column(project):
    records = [{"a": 1, "b": "x", "c": [1]}, {"a": 2.5, "d": {"e": 1}}, {"a": None}]
    (project / "list.json").write_text(json.dumps(records))
    (project / "object.json").write_text(json.dumps({"about": "x", "rows": records}))
    (project / "columns.json").write_text(json.dumps({"a": [1, 2, None], "b": ["x", None, "z"]}))

    as_list = Files(project).open(FileSource(path="list.json"))
    in_object = Files(project).open(FileSource(path="object.json"))
    by_column = Files(project).open(FileSource(path="columns.json"))

    assert agreed(as_list)["a"].to_list() == [1.0, 2.5, None]
    assert in_object.source.document == JsonOptions(records="rows")
    assert agreed(in_object).equals(as_list.table.collect())
    assert agreed(by_column).rows() == [(1, "x"), (2, None), (None, "z")]


def test_json_that_mixes_types_in_a_column_becomes_text(project):
    (project / "mixed.json").write_text('[{"Title": "Up"}, {"Title": 1776}, {"Title": null}]')

    assert Files(project).open(FileSource(path="mixed.json")).table.collect()["Title"].to_list() == ["Up", "1776", None]


def test_json_lines_are_known_by_their_content_and_late_keys_are_not_lost(project):
    lines = "".join(f'{{"a": {row}}}\n' for row in range(11_000)) + '{"a": "late", "b": true}\n'
    (project / "a.json").write_text(lines)

    head = Files(project).open(FileSource(path="a.json"))

    assert head.kind == "ndjson"
    assert head.notes == ("Column “b” comes only after the first 10,000 lines.",)
    assert head.table.collect().row(-1) == ("late", True)
    assert shown(head).equals(head.table.collect())


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", "{oops", "“a.json” is no readable JSON file"),
        ("a.json", "", "“a.json” is empty"),
        ("a.ndjson", '{"a": 1}\n{"a": \n', "“a.ndjson”: line 2 is no JSON record"),
        ("a.xlsx", "x", "“a.xlsx” is no readable Excel file"),
        ("a.sqlite", "x" * 200, "“a.sqlite” is no readable SQLite file"),
        ("a.duckdb", "x" * 200, "“a.duckdb” is no readable DuckDB file"),
        ("a.arrow", "x", "“a.arrow” is no readable Arrow file"),
        ("a.csv.gz", "x", "“a.csv.gz” cannot be unpacked"),
    ],
)
def test_a_broken_file_is_refused_with_its_name(project, name, content, message):
    (project / name).write_text(content)

    with pytest.raises(InvalidError, match=message):
        Files(project).open(FileSource(path=name))


def test_the_sheets_of_an_excel_file_are_chosen_by_name(project):
    import xlsxwriter

    with xlsxwriter.Workbook(project / "a.xlsx") as book:
        TABLE.with_columns(s=pl.lit("x")).write_excel(book, worksheet="First")
        pl.DataFrame({"x": ["late"] * 200, "y": range(200)}).write_excel(book, worksheet="Second one")

    first = Files(project).open(FileSource(path="a.xlsx"))
    second = Files(project).open(FileSource(path="a.xlsx", excel=ExcelOptions(sheet="Second one")))

    assert first.source.excel == ExcelOptions(sheet="First")
    assert shown(first).equals(first.table.collect())
    assert first.table.collect()["n"].to_list() == [1, None, 3]
    assert (second.name, second.table.collect().height) == ("second_one", 200)
    with pytest.raises(InvalidError, match=r"has no sheet “second”. Did you mean “Second one”"):
        Files(project).open(FileSource(path="a.xlsx", excel=ExcelOptions(sheet="second")))


def test_an_excel_sheet_with_a_title_above_its_names_is_read_from_the_names_on(project):
    import xlsxwriter

    with xlsxwriter.Workbook(project / "a.xlsx") as book:
        sheet = book.add_worksheet("S")
        for row, cells in enumerate([["Sales of 2013"], [], ["a", "b"], [1, "x"], [2, None]]):
            sheet.write_row(row, 0, cells)

    head = Files(project).open(FileSource(path="a.xlsx", excel=ExcelOptions(skip_rows=2)))

    assert head.table.collect().rows() == shown(head).rows() == [(1, "x"), (2, None)]


@pytest.fixture
def shop(project):
    connection = sqlite3.connect(project / "shop.sqlite")
    connection.execute("CREATE TABLE orders (id INTEGER, price NUMERIC, what TEXT, none TEXT)")
    rows = [(1, 1.5, "x", None), (2, 2, 'y "z"', None), (3, None, None, None), (4, "free", "w", None)]
    connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    with duckdb.connect(str(project / "shop.duckdb")) as made:
        made.execute(
            "CREATE TABLE orders AS SELECT range AS id, range * 1.5 AS price, 'x' || range AS what FROM range(9)"
        )
        made.execute("CREATE SCHEMA old; CREATE VIEW old.cheap AS SELECT * FROM orders WHERE price < 3")
    return project


def test_tables_and_queries_of_sqlite_files_are_read(shop):
    whole = Files(shop).open(FileSource(path="shop.sqlite"))
    some = Files(shop).open(
        FileSource(path="shop.sqlite", table=TableOptions(query="SELECT id FROM orders WHERE id > 2;"))
    )

    assert whole.source.table == TableOptions(table="orders")
    assert whole.table.collect()["price"].to_list() == ["1.5", "2", None, "free"]
    assert agreed(whole)["none"].dtype == pl.String
    assert agreed(some)["id"].to_list() == [3, 4]
    assert in_pandas(some)["id"].to_list() == [3, 4]


def test_tables_and_queries_of_duckdb_files_are_read(shop):
    with pytest.raises(InvalidError, match=r"“shop.duckdb” needs a table. Choose one of its tables: orders, old.cheap"):
        Files(shop).open(FileSource(path="shop.duckdb"))
    orders = Files(shop).open(FileSource(path="shop.duckdb", table=TableOptions(table="orders")))
    cheap = Files(shop).open(FileSource(path="shop.duckdb", table=TableOptions(table="old.cheap")))
    none = Files(shop).open(FileSource(path="shop.duckdb", table=TableOptions(query="FROM orders WHERE id < 0")))

    assert agreed(orders).height == 9
    assert agreed(cheap)["id"].to_list() == [0, 1]
    assert agreed(none).shape == (0, 3)


def test_a_duckdb_file_that_the_kernel_writes_can_be_read_beside(shop):
    with duckdb.connect(str(shop / "shop.duckdb")) as mine:
        mine.execute("INSERT INTO orders VALUES (9, 1, 'new')")
        head = Files(shop).open(FileSource(path="shop.duckdb", table=TableOptions(table="orders")))

        assert head.table.collect().height == 10


@pytest.mark.parametrize("name", ["shop.sqlite", "shop.duckdb"])
@pytest.mark.parametrize(
    "query",
    [
        "DROP TABLE orders",
        "DELETE FROM orders",
        "SELECT 1; DELETE FROM orders",
        "CREATE TABLE a AS SELECT 1",
        "PRAGMA user_version = 3",
        "COPY orders TO 'stolen.csv'",
        "ATTACH 'other.db' AS other",
    ],
)
def test_only_a_select_is_let_through(shop, name, query):
    with pytest.raises(InvalidError, match="only a single SELECT is allowed"):
        Files(shop).open(FileSource(path=name, table=TableOptions(query=query)))


def test_a_query_that_does_not_work_says_why(shop):
    with pytest.raises(InvalidError, match=r"“shop.sqlite”: no such column: nope"):
        Files(shop).open(FileSource(path="shop.sqlite", table=TableOptions(query="SELECT nope FROM orders")))
    with pytest.raises(InvalidError, match=r"There is no table “order”. Did you mean “orders”"):
        Files(shop).open(FileSource(path="shop.sqlite", table=TableOptions(table="order")))


def test_many_rows_come_in_batches_whose_types_are_brought_together_and_can_be_stopped(project):
    connection = sqlite3.connect(project / "many.db")
    connection.execute("CREATE TABLE t (a, b)")
    connection.executemany("INSERT INTO t VALUES (?, ?)", ((row, None) for row in range(220_000)))
    connection.execute("INSERT INTO t VALUES (1.5, 'late')")
    connection.commit()
    connection.close()
    heard: list[int] = []

    head = Files(project).open(FileSource(path="many.db"), heard.append)

    assert heard == [50_000, 100_000, 150_000, 200_000, 220_001]
    assert head.table.collect().row(-1) == (1.5, "late")

    def stop(rows: int) -> None:
        if rows > 100_000:
            raise ConflictError("Stopped.")

    with pytest.raises(ConflictError, match="Stopped"):
        Files(project).open(FileSource(path="many.db"), stop)


def test_old_recipe_files_still_open():
    old = """{"version": 1, "source": {"kind": "file", "path": "a.csv", "csv":
        {"separator": ";", "header": true, "missing": ["NA"], "encoding": "utf8-lossy", "decimal_comma": true}},
        "steps": []}"""

    recipe = Recipe.model_validate_json(old)

    assert recipe.source.csv.encoding == "utf8-lossy"
    assert Recipe.model_validate_json(recipe.text()) == recipe
