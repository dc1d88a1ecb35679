"""Steps that bring in other files or other languages, and what is said before a join."""

from pathlib import Path

import polars as pl
import pytest
from faces_compare import agree

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling import steps
from jupyter_mlstudio.wrangling.combining.types import JoinReport, Side
from jupyter_mlstudio.wrangling.combining.verbs import report
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.session import Session
from jupyter_mlstudio.wrangling.sources import Files
from jupyter_mlstudio.wrangling.sources.types import FrameSource
from jupyter_mlstudio.wrangling.step import Step

FLIGHTS = pl.DataFrame({"carrier": ["UA", "B6", "UA", None, "ZZ"], "delay": [1.5, None, 3.0, 4.0, 5.0]})
CARRIERS = pl.DataFrame({"code": ["UA", "B6", "DL", "B6"], "name": ["United", "JetBlue", "Delta", "Jet Blue"]})
MORE = pl.DataFrame({"delay": [7, 8], "carrier": ["AA", None], "extra": ["a", "b"]})


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".mlstudio").mkdir()
    CARRIERS.write_parquet(tmp_path / "carriers.parquet")
    CARRIERS.unique("code", keep="first", maintain_order=True).write_parquet(tmp_path / "names.parquet")
    MORE.write_parquet(tmp_path / "more.parquet")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("how", ["inner", "left", "semi", "anti"])
def test_all_faces_of_a_join_agree(project: Path, how: str) -> None:
    step = steps.JoinFile(path="carriers.parquet", keys=("carrier",), keys_there=("code",), how=how)
    assert agree(FLIGHTS, step, folder=project) >= {"polars", "sql"}


def test_all_faces_of_a_lookup_agree(project: Path) -> None:
    step = steps.LookUp(path="names.parquet", keys=("carrier",), keys_there=("code",))
    assert agree(FLIGHTS, step, folder=project) >= {"polars", "sql", "pandas", "transformer"}


def test_all_faces_of_a_union_agree(project: Path) -> None:
    seen = agree(FLIGHTS, steps.UnionFile(path="more.parquet", label="from"), folder=project)
    assert seen == {"polars", "sql", "pandas"}


def test_a_union_of_different_kinds_is_refused(project: Path) -> None:
    table = pl.DataFrame({"delay": ["late"]})
    with pytest.raises(InvalidError, match="“delay” holds String here and Int64 in more"):
        Recipe(steps=(steps.UnionFile(path="more.parquet"),)).run(table)


def test_a_query_sees_the_table_as_it_is(project: Path) -> None:
    query = "SELECT carrier, count(*) AS flights FROM self WHERE delay > 1 GROUP BY carrier ORDER BY carrier"
    chosen = (steps.SortRows(by=({"column": "delay"},)), steps.SqlQuery(query=query), steps.KeepPlaces(rows=2))
    assert agree(FLIGHTS, *chosen, folder=project) >= {"polars", "sql"}


@pytest.mark.parametrize("query", ["DROP TABLE self", "SELECT 1; SELECT 2", "SELECT * FROM read_csv('a.csv')"])
def test_a_query_only_reads_the_table(query: str) -> None:
    with pytest.raises(InvalidError, match="query: "):
        Recipe(steps=(steps.SqlQuery(query=query),)).run(FLIGHTS)


def test_code_runs_only_after_it_was_allowed(project: Path) -> None:
    step = steps.PythonCode(code='late = pl.col("delay") > 2\ndf = df.filter(late)')
    recipe = Recipe(steps=(step,))
    with pytest.raises(InvalidError, match="nobody has allowed") as refused:
        recipe.run(FLIGHTS)
    assert refused.value.code == "not_allowed"
    assert recipe.allow_code().run(FLIGHTS)["delay"].to_list() == [3.0, 4.0, 5.0]
    space: dict[str, object] = {"table": FLIGHTS}
    exec(recipe.code(FLIGHTS, "table"), space)
    assert any(isinstance(value, pl.DataFrame) and value.height == 3 for value in space.values())


def test_a_panel_can_allow_code(project: Path) -> None:
    step = steps.PythonCode(code="return df.head(1)")
    session = Session(Files(project), lambda: {"flights": FLIGHTS})
    session.open(FrameSource(name="flights"))
    refused, tried = session.apply(Recipe(steps=(step,))).stages[0], session.preview(step, 0)[0]
    assert (refused.state, refused.reason, tried.reason) == ("failed", "not_allowed", "not_allowed")
    session.combining.allow(step.code)
    ran = session.apply(Recipe(steps=(step,))).stages[0]
    assert (ran.state, ran.reason, ran.rows) == ("ran", None, 1)
    assert Recipe(steps=(step,)).run(FLIGHTS).height == 1


def test_code_that_fails_names_the_step(project: Path) -> None:
    recipe = Recipe(steps=(steps.PythonCode(code="return df.nothing()"),)).allow_code()
    with pytest.raises(InvalidError, match=r"“Python”: AttributeError: .*nothing"):
        recipe.run(FLIGHTS)


def test_code_that_is_no_python_names_the_line() -> None:
    with pytest.raises(InvalidError, match="code, line 2"):
        Recipe(steps=(steps.PythonCode(code="df = df\ndf ="),)).run(FLIGHTS)


def test_a_join_says_before_what_will_match() -> None:
    made = report(FLIGHTS.lazy(), CARRIERS.lazy(), ("carrier",), ("code",))
    assert made == JoinReport(
        here=Side(rows=5, matched=3, unmatched=1, missing=1, keys=3, repeated=1, examples=("ZZ",)),
        there=Side(rows=4, matched=3, unmatched=1, missing=0, keys=3, repeated=1, examples=("DL",)),
        rows_after={"inner": 4, "left": 6, "full": 7, "semi": 3, "anti": 2},
    )
    for how, rows in made.rows_after.items():
        assert FLIGHTS.join(CARRIERS, left_on="carrier", right_on="code", how=how).height == rows


def test_a_pivot_learns_its_columns() -> None:
    table = pl.DataFrame({"day": [1, 1, 2], "what": ["b", "a", "b"], "n": [1, 2, 3]})
    made = Recipe(steps=(steps.Pivot(index=("day",), names="what", values="n"),)).run(table)
    assert made.to_dict(as_series=False) == {"day": [1, 2], "a": [2, 0], "b": [1, 3]}


def test_similar_values_are_merged_once() -> None:
    step = steps.MergeValues(
        column="carrier", merges=({"to": "UA", "values": ("B6",)}, {"to": "ZZ", "values": ("B6",)})
    )
    with pytest.raises(InvalidError, match="“B6” would become both"):
        Recipe(steps=(step,)).run(FLIGHTS)


def test_edited_cells_are_a_step() -> None:
    step = steps.EditCells(
        edits=({"row": 0, "column": "delay", "value": 9}, {"row": 3, "column": "carrier", "value": "B6"})
    )
    made = Recipe(steps=(step,)).run(FLIGHTS)
    assert made.rows() == [("UA", 9.0), ("B6", None), ("UA", 3.0), ("B6", 4.0), ("ZZ", 5.0)]


def test_no_two_steps_have_one_name() -> None:
    classes = [value for value in vars(steps).values() if isinstance(value, type) and issubclass(value, Step)]
    names = [each.model_fields["op"].default for each in classes if each is not Step]
    assert sorted(names) == sorted(set(names))
    assert len(names) >= 60
