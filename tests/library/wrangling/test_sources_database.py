"""Databases, on a real PostgreSQL."""

import datetime as dt

import pandas as pd
import polars as pl
import postgres
import pytest
import sqlalchemy

from jupyter_mlstudio.core.errors import ConflictError, InvalidError
from jupyter_mlstudio.wrangling import steps
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.session import Session
from jupyter_mlstudio.wrangling.sources import Files
from jupyter_mlstudio.wrangling.sources.databases import open_database, tables_of
from jupyter_mlstudio.wrangling.sources.types import DatabaseSource, TableName

MANY = 120_000
TABLES = f"""
    CREATE TABLE "Odd names" ("Id" int PRIMARY KEY, "select" text);
    INSERT INTO "Odd names" VALUES (1, 'a:b'), (2, '100%'), (3, NULL);
    CREATE TABLE kinds (big bigint, exact numeric(20,4), part float8, yes bool, day date, at timestamp,
        zone timestamptz, clock time, span interval, key uuid, document jsonb, list int[], place inet, nothing text);
    INSERT INTO kinds VALUES
        (9007199254740993, 1.25, 'NaN', true, '2013-01-31', '2013-01-31 05:15', '2013-01-31 05:15+02', '05:15',
         '1 day 2 hours', '0e37df36-f698-11e6-8dd4-cb9ced3df976', '{{"a": 1}}', '{{1,2}}', '10.0.0.1', NULL),
        (NULL, 'NaN', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[1]', NULL, NULL, NULL);
    CREATE TABLE many AS SELECT i, i * 0.5::float8 AS half, 'n' || mod(i, 7) AS name
        FROM generate_series(1, {MANY}) AS i;
    CREATE TABLE empty (a int, b text);
    CREATE SEQUENCE numbers;
    CREATE SCHEMA sales;
    CREATE VIEW sales.cheap AS SELECT * FROM many WHERE i < 3;
"""


@pytest.fixture(scope="session")
def server():
    programs = postgres.binaries()
    if programs is None:
        pytest.skip("No PostgreSQL server is installed here (no pg_ctl): apt-get install postgresql")
    with postgres.server(programs) as url:
        engine = sqlalchemy.create_engine(sqlalchemy.make_url(url).set(password=postgres.PASSWORD))
        with engine.begin() as connection:
            for statement in TABLES.split(";\n"):
                connection.exec_driver_sql(statement.replace("%", "%%"))
        engine.dispose()
        yield url


@pytest.fixture
def source(server, monkeypatch):
    monkeypatch.setenv("SALES_PASSWORD", postgres.PASSWORD)
    return DatabaseSource(url=server, password_from="SALES_PASSWORD")  # the name of a variable


def of(source: DatabaseSource, **changes: object) -> DatabaseSource:
    return source.model_copy(update=changes)


def programs(head) -> tuple[pl.DataFrame, pd.DataFrame]:
    """Run the texts that the user gets."""
    space: dict[str, object] = {}
    exec("\n".join(["import pandas as pd, polars as pl", *head.imports, *head.pandas_imports, *head.setup]), space)
    try:
        return eval("".join([*head.lines, *head.back]), space), eval("".join(head.pandas), space)
    finally:
        closed(space)


def closed(space: dict[str, object]) -> None:
    """Close the connections of a program, as its end would."""
    for value in space.values():
        if isinstance(value, sqlalchemy.Engine):
            value.dispose()


def test_tables_and_views_are_listed_with_their_schema(source):
    names = ["Odd names", "empty", "kinds", "many", "sales.cheap"]

    assert tables_of(source).items == tuple(TableName(name=name, rows=None) for name in names)


def test_a_table_comes_with_types_that_tables_have(source):
    head = open_database(of(source, table="kinds"))
    table, frame = programs(head)

    row = head.table.collect().row(0, named=True)
    assert row == {
        "big": 9007199254740993, "exact": 1.25, "part": None, "yes": True, "day": dt.date(2013, 1, 31),
        "at": dt.datetime(2013, 1, 31, 5, 15), "zone": dt.datetime(2013, 1, 31, 3, 15, tzinfo=dt.UTC),
        "clock": dt.time(5, 15), "span": dt.timedelta(hours=26), "key": "0e37df36-f698-11e6-8dd4-cb9ced3df976",
        "document": '{"a": 1}', "list": [1, 2], "place": "10.0.0.1/32", "nothing": None,
    }  # fmt: skip
    assert head.table.collect_schema()["nothing"] == pl.String
    assert table.equals(head.table.collect())
    assert frame.columns.to_list() == table.columns
    assert frame["big"].to_list()[0] == 9007199254740993


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ({"table": "Odd names"}, 3),
        ({"table": "sales.cheap"}, 2),
        ({"table": "public.empty"}, 0),
        ({"query": 'SELECT * FROM "Odd names" WHERE "select" LIKE \'%:b\' OR "select" = \'100%\';'}, 2),
        ({"query": "WITH few AS (SELECT i::text FROM many LIMIT 4)\nSELECT * FROM few -- all"}, 4),
        ({"query": "SELECT 1 AS one UNION ALL VALUES (2)"}, 2),
        ({"query": "SELECT exact, exact AS twice FROM kinds"}, 2),
    ],
)
def test_tables_and_queries_are_read_as_the_programs_read_them(source, asked, rows):
    head = open_database(of(source, **asked))
    table, frame = programs(head)

    assert head.table.collect().height == table.height == len(frame) == rows
    assert table.equals(head.table.collect())


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM many",
        "SELECT 1; DROP TABLE many",
        "WITH gone AS (DELETE FROM many RETURNING *) SELECT * FROM gone",
        "SELECT * INTO other FROM many",
        "TRUNCATE many",
        "COPY many TO PROGRAM 'cat'",
        "EXPLAIN ANALYZE DELETE FROM many",
        "",
    ],
)
def test_only_a_select_is_let_through(source, query):
    with pytest.raises(InvalidError, match="only a single SELECT is allowed"):
        open_database(of(source, query=query))


def test_a_select_that_writes_is_refused_by_the_database_itself(source):
    with pytest.raises(InvalidError, match=r"cannot execute nextval\(\) in a read-only transaction"):
        open_database(of(source, query="SELECT nextval('numbers')"))


def test_many_rows_come_in_batches_and_can_be_stopped(source, project):
    heard: list[int] = []
    head = open_database(of(source, table="many"), told=heard.append)

    assert heard == [50_000, 100_000, MANY]
    assert head.table.select(pl.col("i").sum()).collect().item() == MANY * (MANY + 1) // 2

    session = Session(Files(project), dict, lambda _: session.stop())
    with pytest.raises(ConflictError, match="Stopped before all rows had come"):
        session.open(of(source, table="many"))


def test_a_password_in_the_url_is_refused_and_named_nowhere(source):
    with_password = source.url.replace("reader@", "reader:hunter2@")

    with pytest.raises(ValueError, match="leave the password out") as told:
        DatabaseSource(url=with_password, table="many")
    with pytest.raises(ValueError, match="leave the password out"):
        DatabaseSource(url=f"{source.url}?password=hunter2")

    assert "Name the environment variable that holds it in password_from" in str(told.value)


def test_a_password_never_gets_into_recipes_programs_or_messages(source, project, monkeypatch):
    session = Session(Files(project), dict)
    session.open(of(source, table="many", password_from=None), password=postgres.PASSWORD)
    session.apply(Recipe(steps=(steps.FilterRows(formula="i < 3"),)))
    session.save("cheap")
    written = [path.read_text() for path in project.rglob("*.json")]
    code = session.code().text

    assert 'getpass("Password: ")' in code
    session.open(of(source, table="many"))
    assert 'os.environ["SALES_PASSWORD"]' in session.code().text
    monkeypatch.setenv("SALES_PASSWORD", "hunter2-wrong")
    with pytest.raises(InvalidError, match=r"The database says: .*password authentication failed") as told:
        tables_of(source)
    for text in [*written, code, session.code().text, str(told.value)]:
        assert postgres.PASSWORD not in text
        assert "hunter2" not in text


def test_a_missing_password_says_where_to_put_it(source):
    with pytest.raises(InvalidError, match=r"the kernel has no environment variable “NOT_SET”. Set it before Jupyter"):
        tables_of(of(source, password_from="NOT_SET"))  # the name of a variable


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresql://reader@127.0.0.1:1/sales", "The database says: connection failed.*refused"),
        ("oracle://reader@host/sales", "url: the driver “.*” is not installed. Install it with pip"),
        ("nope://host/sales", "url: .* Begin as in postgresql://user@host/database"),
    ],
)
def test_a_database_that_cannot_be_reached_says_why(url, message):
    with pytest.raises(InvalidError, match=message):
        tables_of(DatabaseSource(url=url))


def test_a_table_that_is_not_there_is_named_with_the_nearest(source):
    with pytest.raises(InvalidError, match=r"There is no table “mny”. Did you mean “many”"):
        open_database(of(source, table="mny"))
    with pytest.raises(InvalidError, match=r"table: name a table, or write a query. There are: Odd names, empty"):
        open_database(source)


def test_a_recipe_opens_its_database_again_without_a_panel(source):
    recipe = Recipe(source=of(source, table="many"), steps=(steps.FilterRows(formula='i <= 7 and name == "n1"'),))

    assert recipe.run().rows() == [(1, 0.5, "n1")]
    space: dict[str, object] = {}
    exec(recipe.code(), space)
    closed(space)
    assert space["many"].rows() == [(1, 0.5, "n1")]


def test_a_sqlite_file_by_its_url_cannot_be_changed(tmp_path):
    path = tmp_path / "a.db"
    engine = sqlalchemy.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a INTEGER)")
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")
    engine.dispose()

    head = open_database(DatabaseSource(url=f"sqlite:///{path}", table="t"))

    assert head.table.collect().rows() == [(1,)]
