import pytest

from jupyter_mlstudio import InvalidError
from jupyter_mlstudio.jobs import notebooks
from jupyter_mlstudio.jobs.parameters import check, read_parameters

CELL = """%matplotlib inline
from pathlib import Path
rows = 5  # how many rows
rate: float = 1
model: Literal["tree", "line"] = "tree"  # which model
depth: int | None = 3
limit: "Optional[int]" = None
folder = Path("x") / "y"  # type: str where to write
names = ["a", 'b']
deep = True
shift = -2.5
_hidden = 1
a, b = 1, 2
"""


@pytest.fixture
def declared(tmp_path, write):
    def declared(parameters=CELL, **options):
        name = write("a.ipynb", "1", parameters=parameters, **options)
        return read_parameters(name, notebooks.read(tmp_path, name)[0])

    return declared


def test_the_cell_tagged_parameters_is_read_with_types_defaults_and_help(declared):
    found = [(p.name, p.type, p.nullable, p.default, p.literal, p.choices, p.help) for p in declared().items]
    assert found == [
        ("rows", "int", False, 5, True, None, "how many rows"),
        ("rate", "float", False, 1, True, None, ""),
        ("model", "str", False, "tree", True, ["tree", "line"], "which model"),
        ("depth", "int", True, 3, True, None, ""),
        ("limit", "int", True, None, True, None, ""),
        ("folder", "str", False, None, False, None, "where to write"),
        ("names", "list", False, ["a", "b"], True, None, ""),
        ("deep", "bool", False, True, True, None, ""),
        ("shift", "float", False, -2.5, True, None, ""),
    ]


def test_an_expression_is_shown_as_it_is_written(declared):
    assert {p.name: p.default_code for p in declared().items}["folder"] == 'Path("x") / "y"'


def test_a_notebook_without_the_cell_declares_nothing(declared):
    found = declared(parameters=None)
    assert (found.tagged, found.typed, found.items) == (False, True, [])


def test_a_cell_that_is_no_python_is_not_typed(declared):
    found = declared("rows = = 5")
    assert (found.tagged, found.typed, found.items) == (True, False, [])


def test_another_language_takes_any_name(declared):
    found = declared("rows <- 5", language="R", kernel="ir")
    assert found.typed is False
    assert check(found, {"rows": 5, "the.rate": 1.5}) == {"rows": 5, "the.rate": 1.5}


def test_a_name_that_could_be_code_is_refused_for_every_language(declared):
    with pytest.raises(InvalidError, match=r"parameters.x; import os: this is not a name"):
        check(declared("rows <- 5", language="R", kernel="ir"), {"x; import os": 1})


def test_values_keep_their_types_and_whole_numbers_become_floats_where_asked_for(declared):
    values = {"rows": 7, "rate": 2, "deep": False, "limit": None, "names": [], "folder": "z"}
    checked = check(declared(), values)
    assert checked == values
    assert [type(checked[name]) for name in values] == [int, float, bool, type(None), list, str]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"rowz": 1}, "parameters.rowz: 'a.ipynb' has no such parameter. Did you mean 'rows'?"),
        ({"zzz": 1}, "It declares rows, rate, model"),
        ({"rows": "5"}, "parameters.rows: must be a whole number, but '5' was given"),
        ({"rows": True}, "parameters.rows: must be a whole number"),
        ({"rows": 1.5}, "parameters.rows: must be a whole number"),
        ({"rows": None}, "parameters.rows: must be a whole number, not null"),
        ({"model": "bush"}, "parameters.model: must be one of 'tree', 'line'"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_name(declared, values, message):
    with pytest.raises(InvalidError) as refused:
        check(declared(), values)
    assert message in str(refused.value)


def test_a_parameter_for_a_notebook_without_the_cell_says_what_to_do(declared):
    with pytest.raises(InvalidError, match="tag the cell that sets them"):
        check(declared(parameters=None), {"rows": 1})
