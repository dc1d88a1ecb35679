import io

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from jupyter_mlstudio.wrangling import steps
from jupyter_mlstudio.wrangling.conditions import Condition, SortKey
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.session import Session
from jupyter_mlstudio.wrangling.sources import Files
from jupyter_mlstudio.wrangling.sources.types import FileSource, FrameSource

ROWS = 5_000
FILLED = steps.FillMissing(columns=["amount"], using="value", value=0)
KEPT = steps.FilterRows(formula="amount > 20")
SORTED = steps.SortRows(by=(SortKey(column="shop"), SortKey(column="amount", descending=True)))
DISTINCT = steps.DropDuplicates(columns=["amount", "shop"])
ROUNDED = steps.DeriveColumn(name="half", formula="amount / 2")
GROUPED = steps.GroupRows(by=["shop"])


def read(raw):
    return pl.read_ipc_stream(io.BytesIO(raw))


@pytest.fixture
def sales():
    rows = pl.DataFrame({"id": range(ROWS)})
    return rows.with_columns(
        amount=pl.when(pl.col("id") % 11 > 0).then((pl.col("id") * 7919 % 1000) / 10),
        shop=pl.format("shop {}", pl.col("id") * 31 % 7),
    )


@pytest.fixture(params=["frame", "parquet", "mapped", "csv", "mapped csv"])
def session(request, project, sales, monkeypatch):
    """The same table from everywhere that it can stand."""
    if "mapped" in request.param:
        monkeypatch.setattr("jupyter_mlstudio.wrangling.ground._IN_MEMORY", 1)
    if "csv" in request.param:
        monkeypatch.setattr("jupyter_mlstudio.wrangling.trail._LARGE", 1)
    sales.write_parquet(project / "sales.parquet", row_group_size=500)
    sales.write_csv(project / "sales.csv")
    made = Session(Files(project), lambda: {"sales": sales})
    ending = "csv" if "csv" in request.param else "parquet"
    made.open(FrameSource(name="sales") if request.param == "frame" else FileSource(path=f"sales.{ending}"))
    yield made
    made.close()


@pytest.mark.parametrize(
    "recipe",
    [
        (),
        (FILLED,),
        (KEPT,),
        (FILLED, KEPT, ROUNDED),
        (SORTED, KEPT, ROUNDED, KEPT),
        (DISTINCT, SORTED),
        (steps.SampleRows(share=0.3), ROUNDED, SORTED),
        (KEPT, GROUPED),
        (steps.FillForward(columns=["amount"]), KEPT),
        (steps.DropMissing(), ROUNDED),
    ],
)
@pytest.mark.parametrize("sort", [(), (SortKey(column="shop", descending=True), SortKey(column="shop"))])
def test_windows_show_what_the_recipe_makes_wherever_the_rows_stand(session, recipe, sort):
    session.apply(Recipe(steps=recipe))
    whole = session.result()
    if sort:
        whole = whole.sort("shop", descending=True, nulls_last=True, maintain_order=True)

    for start in (0, whole.height // 2, max(whole.height - 5, 0)):
        window, raw = session.window(start=start, stop=start + 50, sort=sort)
        if not window.exact:
            window, raw = session.window(start=max(start, 1), stop=start + 50, sort=sort)
        assert_frame_equal(read(raw), whole.slice(window.start, start + 50 - window.start))

    assert window.rows_total == whole.height


def test_several_conditions_and_keys_hold_together(session, sales):
    order = {
        "sort": (SortKey(column="shop"), SortKey(column="amount", descending=True)),
        "filter": (Condition(column="amount", test=">", value=20), Condition(column="id", test="<", value=4000)),
        "search": "P 3",
    }
    expected = sales.filter(pl.col("amount") > 20, pl.col("id") < 4000, pl.col("shop") == "shop 3").sort(
        "shop", "amount", "id", descending=[False, True, False]
    )

    window, raw = session.window(start=0, stop=100, **order)

    assert window.rows_total == expected.height
    assert_frame_equal(read(raw), expected.head(100))


def test_a_step_that_depends_on_no_other_row_is_not_run_on_all(session):
    session.apply(Recipe(steps=(FILLED, ROUNDED)))
    session.window(start=0, stop=10)

    stage = session.stage()
    assert session.windows.head(stage, 7).height == 7
    assert session.windows.sample(stage, 800).height == 800
    assert session.windows.sample(stage, 800)["id"].max() > ROWS * 0.9


def test_a_step_learns_again_only_if_its_column_has_changed(session):
    fill = steps.FillMissing(columns=["amount"], using="median")
    learned = session.apply(Recipe(steps=(ROUNDED, fill))).recipe.steps[1].state
    other = steps.DeriveColumn(name="half", formula="amount / 3")

    untouched = session.apply(Recipe(steps=(other, fill.model_copy(update={"state": learned})))).recipe.steps[1].state
    narrowed = session.apply(Recipe(steps=(KEPT, fill.model_copy(update={"state": learned})))).recipe.steps[1].state

    assert untouched.values == learned.values
    assert untouched.rows == learned.rows
    assert untouched.of != learned.of
    assert narrowed.values != learned.values


def test_going_back_and_forth_finds_the_same_stages(session):
    long, short = Recipe(steps=(FILLED, ROUNDED, KEPT)), Recipe(steps=(FILLED, KEPT))
    first = session.apply(long) and session.stage().table
    session.apply(short)

    session.apply(long)

    assert session.stage().table is first


def test_a_step_that_fails_on_values_names_row_and_column(project):
    table = pl.DataFrame({"id": range(1_000), "code": [*map(str, range(900)), "n/a", *["1"] * 99]})
    session = Session(Files(project), lambda: {"table": table})
    session.open(FrameSource(name="table"))

    view = session.apply(Recipe(steps=(steps.ConvertType(columns=["code"], to="integer", invalid="fail"),)))

    assert view.stages[0].error.startswith("“Change type”: conversion from `str` to `i64` failed in column 'code'")
    assert view.stages[0].error.endswith("First in row 901, column “code”: “n/a”.")
