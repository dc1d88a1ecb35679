import datetime as dt

import polars as pl
import pytest
from example_tasks import MORE, TASKS

from jupyter_mlstudio.kernel import outcome_of
from jupyter_mlstudio.wrangling.assist.example import synthesise
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.sources.types import FileSource


def solved(columns, wanted, most=2):
    """Return after how many examples the first formula is right in all rows; each next one is given where it is not."""
    table, rows = pl.DataFrame(columns), [0]
    for count in range(1, most + 1):
        found = synthesise(table, table.columns, rows, [wanted[row] for row in rows])
        wrong = [row for row in range(table.height) if not found or text(found[0].values[row]) != wanted[row]]
        if not wrong:
            return count
        rows.append(next((row for row in wrong if row not in rows), wrong[0]))
    return None


def text(value):
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def test_four_of_five_tasks_are_solved_from_at_most_two_examples():
    found = {name: solved(*task) for name, task in TASKS.items()}

    assert len(TASKS) == 50
    assert sum(count is not None for count in found.values()) >= 45, found
    assert sum(count == 1 for count in found.values()) >= 35, found


def test_tasks_that_nobody_tuned_for_are_solved_as_well():
    found = {name: solved(*task) for name, task in MORE.items()}

    assert sum(count is not None for count in found.values()) >= 0.8 * len(MORE), found


@pytest.mark.parametrize(
    ("columns", "wanted", "formula"),
    [
        (
            {"name": ["John Smith", "Ann Lee"]},
            ["Smith, J."],
            'join(split_part(name, " ", 2), ", ", part(name, 0, 1), ".")',
        ),
        ({"day": [dt.date(2013, 1, 5), dt.date(2014, 11, 15)]}, ["05.01.2013"], 'format_date(day, "%d.%m.%Y")'),
        ({"odd name": ["a-b", "c-d"]}, ["b"], 'split_part(`odd name`, "-", 2)'),
        ({"miles": [100, 250]}, ["160.9", "402.3"], "round(miles * 1.609344, 1)"),
        (
            {"sex": ["M", "F", "M", "F"]},
            ["Male", "Female"],
            '"Male" if sex == "M" else "Female" if sex == "F" else sex',
        ),
        ({"score": [85, 40, 60]}, ["pass", "fail"], '"pass" if score >= 50 else "fail"'),
    ],
)
def test_the_formula_reads_as_a_person_would_write_it(columns, wanted, formula):
    table = pl.DataFrame(columns)

    assert synthesise(table, table.columns, range(len(wanted)), wanted)[0].program.formula == formula


def test_every_formula_found_gives_the_examples():
    for columns, wanted in [*TASKS.values(), *MORE.values()]:
        table = pl.DataFrame(columns)
        for found in synthesise(table, table.columns, [0], wanted[:1]):
            assert (
                float(found.values[0]) == float(wanted[0])
                if found.values.dtype.is_numeric()
                else found.values[0] == wanted[0]
            )


def test_a_panel_gets_candidates_values_and_rows_to_ask_about(session, project):
    names = ["John Smith", "Ann de Vries", "Bob Marley", None]
    pl.DataFrame({"name": names}).write_parquet(project / "names.parquet")
    session.open(FileSource(path="names.parquet"))

    answer, _ = outcome_of(
        session,
        {"verb": "assist.example", "arguments": {"examples": [{"row": 0, "want": "Smith"}], "columns": ["name"]}},
    )
    first = answer["result"]["items"][0]

    assert first["formula"] == 'split_part(name, " ", 2)'
    assert first["values"] == ["Smith", "de", "Marley", None]
    assert first["sentence"] == "The 2nd part of name between spaces"
    assert (
        answer["result"]["doubts"][0]
        == {
            "row": 1,
            "inputs": {"name": "Ann de Vries"},
            "values": ["de", "Vries", "Vries"],
        }
        or answer["result"]["doubts"][0]["row"] == 1
    )
    view = session.apply(Recipe(steps=[first["step"]]))
    assert view.stages[0].state == "ran"


def test_rows_of_examples_count_in_the_order_that_is_shown(session):
    session.open(FileSource(path="flights.parquet"))
    given = {
        "examples": [{"row": 0, "want": "N1!"}],
        "columns": ["tail"],
        "sort": [{"column": "delay", "descending": True}],
        "stop": 2,
    }

    answer, _ = outcome_of(session, {"verb": "assist.example", "arguments": given})

    assert answer["result"]["items"][0]["values"] == ["N1!", None]


def test_what_cannot_be_found_is_said(session):
    session.open(FileSource(path="flights.parquet"))

    answer, _ = outcome_of(session, {"verb": "assist.example", "arguments": {"examples": [{"row": 0, "want": "§§§"}]}})
    beyond, _ = outcome_of(session, {"verb": "assist.example", "arguments": {"examples": [{"row": 9, "want": "x"}]}})
    none, _ = outcome_of(session, {"verb": "assist.example", "arguments": {"examples": []}})

    assert answer["result"]["items"] == []
    assert answer["result"]["message"].startswith("No formula was found")
    assert beyond["error"]["message"] == "There is no row 10. Give an example for a row that is shown."
    assert none["error"]["reason"] == "no_example"
