"""Recipes written for PostgreSQL, run on a real one: the same table as here."""

import polars as pl
import postgres
import pytest
import sqlalchemy
from elsewhere import RECIPES, TABLE, plain

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling import steps
from jupyter_mlstudio.wrangling.recipe import Recipe


@pytest.fixture(scope="module")
def connection():
    programs = postgres.binaries()
    if programs is None:
        pytest.skip("No PostgreSQL server is installed here (no pg_ctl): apt-get install postgresql")
    with postgres.server(programs) as url:
        engine = sqlalchemy.create_engine(
            sqlalchemy.make_url(url).set(password=postgres.PASSWORD, drivername="postgresql+psycopg")
        )
        with engine.connect() as connection:
            connection.exec_driver_sql(
                "CREATE TABLE people (key bigint, number float8, count bigint, name text, kind text, day date,"
                " at timestamp, flag boolean)"
            )
            marks = ", ".join(["%s"] * TABLE.width)
            connection.exec_driver_sql(f"INSERT INTO people VALUES ({marks})", TABLE.rows())
            connection.commit()
            yield connection
        engine.dispose()


@pytest.mark.parametrize("name", RECIPES)
def test_postgres_makes_the_same_table(connection, name):
    recipe = Recipe(steps=RECIPES[name]).fit(TABLE)
    query = recipe.code(TABLE, "people", "sql", "postgres")

    with connection.begin_nested() if connection.in_transaction() else connection.begin():
        found = connection.exec_driver_sql(query.replace("%", "%%"))
        rows, names = found.fetchall(), list(found.keys())

    made = pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
    expected = recipe.run(TABLE)
    assert made.columns == expected.columns
    assert plain(made) == plain(expected)


def test_the_order_of_rows_is_asked_for_only_where_there_is_one():
    recipe = Recipe(steps=(steps.DropDuplicates(columns=("kind",)),))

    with pytest.raises(InvalidError, match="order of the rows"):
        recipe.code(TABLE, "people", "sql", "postgres")


@pytest.mark.parametrize("dialect", ["bigquery", "snowflake"])
@pytest.mark.parametrize("name", RECIPES)
def test_other_dialects_can_be_written_and_read_back(name, dialect):
    import sqlglot

    recipe = Recipe(steps=RECIPES[name]).fit(TABLE)

    assert sqlglot.parse_one(recipe.code(TABLE, "people", "sql", dialect), read=dialect)


def test_a_joined_file_is_a_table_of_its_name_where_files_cannot_be_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pl.DataFrame({"kind": ["a"], "word": ["x"]}).write_csv("words.csv")
    recipe = Recipe(steps=(steps.JoinFile(path="words.csv", keys=("kind",)),))
    people = TABLE.with_columns(kind=pl.lit("a"))

    assert 'JOIN "words" AS r' in recipe.code(people, "people", "sql", "postgres")
    assert "read_csv('words.csv'" in recipe.code(people, "people", "sql")


def test_a_recipe_without_steps_is_a_pipeline_that_compiles():
    compile(Recipe().code(TABLE, "people", "sklearn"), "pipeline", "exec")
