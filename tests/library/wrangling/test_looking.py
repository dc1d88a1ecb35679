import io

import polars as pl
import pytest

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.kernel import outcome_of
from jupyter_mlstudio.wrangling import steps
from jupyter_mlstudio.wrangling.conditions import Condition, SortKey
from jupyter_mlstudio.wrangling.looking.types import CellsChanged, Found, ValueCount
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.session import Session
from jupyter_mlstudio.wrangling.sources import Files
from jupyter_mlstudio.wrangling.sources.types import FrameSource

TABLE = pl.DataFrame(
    {
        "name": ["Ann", "bob", None, "ANNA", "Zoe"],
        "age": [31, 44, 27, None, 31],
        "notes": ["knows anna", "", "31 cats", "x" * 1000, None],
        "tags": [["a"], ["b", "c"], None, [], ["a"]],
    }
)


def read(raw):
    return pl.read_ipc_stream(io.BytesIO(raw))


@pytest.fixture
def session(project):
    made = Session(Files(project), lambda: {"table": TABLE})
    made.open(FrameSource(name="table"))
    yield made
    made.close()


def walk(session, text, count, **where):
    """Go from match to match, as somebody does who presses Enter."""
    row, column, found = 0, None, []
    for _ in range(count):
        answer = session.looking.find(text, row=row, column=column, **where)
        row, column = answer.row, answer.column
        found.append((row, column, answer.index, answer.total))
    return found


def test_each_cell_that_holds_a_text_is_found_and_then_the_first_again(session):
    assert walk(session, "ann", 4) == [(0, "name", 1, 3), (0, "notes", 2, 3), (3, "name", 3, 3), (0, "name", 1, 3)]
    assert walk(session, "ann", 3, backwards=True) == [(0, "notes", 2, 3), (0, "name", 1, 3), (3, "name", 3, 3)]
    assert walk(session, "ANN", 2, case=True) == [(3, "name", 1, 1), (3, "name", 1, 1)]
    assert walk(session, "31", 3) == [(0, "age", 1, 3), (2, "notes", 2, 3), (4, "age", 3, 3)]


def test_texts_are_found_in_the_order_that_is_shown(session):
    order = {
        "sort": (SortKey(column="name", descending=True),),
        "filter": (Condition(column="name", test="is present"),),
    }

    assert walk(session, "ann", 3, **order) == [(2, "name", 1, 3), (2, "notes", 2, 3), (3, "name", 3, 3)]
    assert walk(session, "ann", 2, columns=("notes",), **order) == [(2, "notes", 1, 1), (2, "notes", 1, 1)]


@pytest.mark.parametrize("sort", [(), (SortKey(column="row", descending=True),)])
@pytest.mark.parametrize("backwards", [False, True])
def test_in_a_long_table_the_next_match_is_told_before_all_are_counted(project, monkeypatch, sort, backwards):
    monkeypatch.setattr("jupyter_mlstudio.wrangling.looking.search._LONG", 10)
    table = pl.DataFrame({"row": range(10_000)}).with_columns(text=pl.format("row {}", "row"))
    session = Session(Files(project), lambda: {"table": table})
    session.open(FrameSource(name="table"))
    asked = {"columns": ("text",), "sort": sort, "row": 7_000, "backwards": backwards}

    first = session.looking.find("777", **asked)
    for _ in range(200):
        later = session.looking.find("777", **asked)
        if later.total is not None:
            break

    assert (first.row, first.column) == (later.row, later.column)
    assert later.total == 19
    assert "777" in session.looking.cell(later.row, "text", sort=sort).text


def test_what_stands_nowhere_is_not_found(session):
    nothing = Found(row=None, column=None, index=0, total=0)

    assert session.looking.find("nobody") == nothing
    assert session.looking.find(".*") == nothing
    assert session.looking.find("") == nothing
    with pytest.raises(InvalidError, match=r"There is no column “nmae” here\. Did you mean “name”"):
        session.looking.find("x", columns=("nmae",))


def test_a_long_value_is_shown_in_full(session):
    long = session.looking.cell(3, "notes")
    nested = session.looking.cell(1, "tags")
    missing = session.looking.cell(0, "name", sort=(SortKey(column="age"),))

    assert (len(long.text), long.length, long.cut) == (1000, 1000, False)
    assert nested.text == '["b", "c"]'
    assert missing.text is None


def test_values_are_counted_and_searched(session):
    counted = session.looking.values("age")
    found = session.looking.values("name", search="ann")
    filtered = session.looking.values("age", filter=(Condition(column="name", test="is present"),), limit=1)

    assert counted.items[0] == ValueCount(value="31", count=2)
    assert (counted.distinct, counted.rows, counted.exactness) == (3, 5, "exact")
    assert [item.value for item in found.items] == ["ANNA", "Ann"]
    assert (filtered.items, filtered.rows) == ((ValueCount(value="31", count=2),), 4)


def test_the_difference_of_a_step_that_changes_cells(session):
    session.apply(Recipe(steps=(steps.FillMissing(columns=["age"], using="value", value=0),)))

    made = session.looking.difference(upto=1)
    rows = read(session.looking.changes(upto=1)[1])

    assert (made.rows_before, made.rows_after, made.rows_removed, made.marks, made.order) == (5, 5, 0, True, False)
    assert made.cells == (CellsChanged(column="age", changed=1),)
    assert rows["__change__"].to_list() == ["same", "same", "same", "changed", "same"]
    assert rows["__changed__"].to_list() == ["", "", "", "age", ""]
    assert rows["__before__age"].to_list() == [None] * 5
    assert rows["age"].to_list() == [31, 44, 27, 0, 31]
    only, raw = session.looking.changes(upto=1, only=True)
    assert (only.rows_total, read(raw)["notes"].str.len_chars().to_list()) == (1, [400])


def test_the_difference_of_a_draft_with_new_and_dropped_columns(session):
    draft = steps.DeriveColumn(name="double", formula="age * 2")
    session.apply(Recipe(steps=(steps.DropColumns(columns=["tags"]),)))

    drafted = session.looking.difference(step=draft)
    dropped = session.looking.difference()

    assert (drafted.columns_added, drafted.columns_removed, drafted.cells) == (("double",), (), ())
    assert (dropped.columns_added, dropped.columns_removed, dropped.cells) == ((), ("tags",), ())
    assert "double" in read(session.looking.changes(step=draft)[1]).columns
    assert "tags" in read(session.looking.changes()[1]).columns
    assert len(session.recipe.steps) == 1


def test_rows_that_a_step_removes_stand_among_those_that_stay(session):
    session.apply(Recipe(steps=(steps.FilterRows(formula="age > 30"),)))

    made = session.looking.difference()
    window, raw = session.looking.changes(start=1, stop=4, columns=("age",))
    gone, removed = session.looking.changes(only=True)

    assert (made.rows_before, made.rows_after, made.rows_removed, made.rows_added, made.marks) == (5, 3, 2, 0, True)
    assert window.rows_total == 5
    assert read(raw).rows() == [(44, "same", ""), (27, "removed", ""), (None, "removed", "")]
    assert gone.rows_total == 2
    assert read(removed)["age"].to_list() == [27, None]


def test_duplicates_are_struck_through_after_a_filter_and_a_sort(session):
    session.apply(
        Recipe(
            steps=(
                steps.SortRows(by=(SortKey(column="age", descending=True),)),
                steps.FilterRows(formula="name != 'bob'"),
                steps.DropDuplicates(columns=["age"]),
            )
        )
    )

    rows = read(session.looking.changes()[1])
    sorted_ = session.looking.difference(upto=1)

    assert rows.select("name", "__change__").rows() == [("Ann", "same"), ("Zoe", "removed"), ("ANNA", "same")]
    assert (sorted_.order, sorted_.rows_removed, sorted_.marks) == (True, 0, True)
    assert set(read(session.looking.changes(upto=1)[1])["__change__"]) == {"same"}


def test_tables_that_cannot_be_laid_on_each_other_are_counted(session):
    session.apply(Recipe(steps=(steps.GroupRows(by=["age"]),)))

    made = session.looking.difference()

    assert (made.rows_before, made.rows_after, made.rows_removed, made.marks) == (5, 4, None, False)
    with pytest.raises(InvalidError, match="There is no step before this place"):
        session.looking.difference(upto=0)


def test_a_column_of_another_type_has_changed_where_it_reads_differently(session):
    session.apply(Recipe(steps=(steps.ConvertType(columns=["age"], to="number"),)))

    made = session.looking.difference()

    assert made.columns_retyped == ("age",)
    assert read(session.looking.changes()[1])["age"].to_list() == [31.0, 44.0, 27.0, None, 31.0]


def test_the_panel_asks_over_the_comm(session):
    draft = {"op": "filter", "formula": "age > 30"}

    counted, _ = outcome_of(session, {"verb": "looking.difference", "arguments": {"step": draft}})
    found, _ = outcome_of(session, {"verb": "looking.find", "arguments": {"text": "zoe"}})
    window, rows = outcome_of(session, {"verb": "looking.changes", "arguments": {"step": draft, "only": True}})

    assert counted["result"]["rows_removed"] == 2
    assert found["result"] == {"row": 4, "column": "name", "index": 1, "total": 1}
    assert window["result"]["rows_total"] == read(rows).height == 2
