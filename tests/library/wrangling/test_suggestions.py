import datetime as dt

import polars as pl
import pytest

from jupyter_mlstudio.kernel import outcome_of
from jupyter_mlstudio.wrangling.assist.suggestions import suggestions
from jupyter_mlstudio.wrangling.assist.types import Cell, Selected
from jupyter_mlstudio.wrangling.sources.types import FileSource
from jupyter_mlstudio.wrangling.step import step_from

TABLE = pl.DataFrame(
    {
        "price": ["$1,234.50", "$12.00", "$7", None, "$3.10", "$8"] * 20,
        "weight": ["12 kg", "3 kg", "7 lb", "9 kg", "1 kg", "2 kg"] * 20,
        "name": ["John Smith", "Ann de Vries", "Bob Marley", "ann de vries", "Carl  Orff ", " John Smith"] * 20,
        "when": ["01/02/2013", "03/04/2014", "05/06/2015", "01/02/2013", "03/04/2014", "N/A"] * 20,
        "iso": ["2013-01-31", "2014-12-01", "2015-06-06"] * 40,
        "ok": ["yes", "no", "Yes", "no", None, "no"] * 20,
        "number": range(120),
        "same": ["x"] * 120,
        "gone": pl.Series([None] * 120, dtype=pl.String),
        "skewed": [1.0 + number % 50 for number in range(118)] + [1e6, 1e7],
        "day": [dt.date(2013, 1, 1) + dt.timedelta(days=number) for number in range(120)],
        "zip": ["01234", "00456", "98765"] * 40,
    }
)


def titles(**selected):
    return [each.title for each in suggestions(TABLE, Selected(**selected))]


@pytest.mark.parametrize(
    ("column", "title"),
    [
        ("price", "Turn price into numbers"),
        ("weight", "Turn weight into numbers, and their units into a column"),
        ("name", "Merge similar values of name"),
        ("name", "Remove needless spaces from name"),
        ("when", "Make “N/A” missing"),
        ("when", "Turn when into dates (%d/%m/%Y)"),
        ("when", "Turn when into dates (%m/%d/%Y)"),
        ("iso", "Turn iso into dates (%Y-%m-%d)"),
        ("ok", "Turn ok into true and false"),
        ("ok", "Fill ok with the most frequent value"),
        ("number", "Drop number"),
        ("same", "Drop same"),
        ("gone", "Drop gone"),
        ("skewed", "Take the logarithm of skewed"),
        ("skewed", "Limit skewed to its 1st and 99th percentile"),
        ("day", "Take day apart"),
    ],
)
def test_a_column_gets_the_steps_that_it_needs(column, title):
    assert title in titles(columns=(column,))


def test_codes_with_leading_zeros_stay_text():
    assert not [title for title in titles(columns=("zip",)) if "numbers" in title]


def test_a_part_of_a_text_is_taken_out_of_all_rows():
    cell = Cell(column="name", value="Ann de Vries")

    found = suggestions(TABLE, Selected(cell=cell, text="Vries", start=7))

    assert found[0].steps[0]["formula"] == 'split_part(name, " ", -1)'
    assert "Keep rows where name contains “Vries”" in [each.title for each in found]


def test_a_sign_splits_the_text():
    found = suggestions(TABLE, Selected(cell=Cell(column="when", value="01/02/2013"), text="/"))
    split = next(each for each in found if each.title == "Split when at “/”")

    assert [step["formula"] for step in split.steps] == [f'split_part(when, "/", {number})' for number in (1, 2, 3)]


def test_a_value_keeps_or_removes_its_rows():
    assert {"Keep rows where ok is “no”", "Remove rows where ok is “no”", "Make “no” missing in ok"} <= set(
        titles(cell=Cell(column="ok", value="no"))
    )
    assert "Keep rows where number is at least 7" in titles(cell=Cell(column="number", value="7"))
    assert "Drop rows without price" in titles(cell=Cell(column="price", value=None))


def test_rows_are_dropped_or_kept():
    assert titles(rows=(2, 5)) == ["Drop the 3 selected rows", "Keep only the 3 selected rows"]


def test_several_columns_are_combined_or_dropped():
    assert {"Combine them by example", "Drop 2 columns"} <= set(titles(columns=("name", "number")))


def test_a_clean_table_gets_few_suggestions_and_an_empty_one_none():
    assert suggestions(TABLE.clear(), Selected()) == []
    assert suggestions(pl.DataFrame(), Selected()) == []


def test_every_suggested_step_runs(session, project):
    TABLE.write_parquet(project / "table.parquet")
    session.open(FileSource(path="table.parquet"))
    asked = [Selected(), *(Selected(columns=(name,)) for name in TABLE.columns), Selected(rows=(1, 3))]
    asked += [
        Selected(cell=Cell(column=name, value=None if (value := TABLE[name][1]) is None else str(value)))
        for name in TABLE.columns
    ]
    asked += [Selected(cell=Cell(column="name", value="Ann de Vries"), text=text) for text in ("Ann", "de", " ", "s")]

    for selected in asked:
        answer, _ = outcome_of(session, {"verb": "assist.suggest", "arguments": {"selected": selected.model_dump()}})
        for each in answer["result"]["items"]:
            for step in each["steps"][:1]:
                assert session.preview(step_from(step, None), 0)[0].error is None, each
