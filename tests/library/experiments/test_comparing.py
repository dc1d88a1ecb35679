"""Runs beside each other, and what explains how they differ."""

import json

import numpy as np
import pandas as pd
import pytest

from jupyter_mlstudio import InvalidError, NotFoundError, Studio
from jupyter_mlstudio.experiments.comparing.code import change_of, needed
from jupyter_mlstudio.experiments.comparing.recipes import compared_steps
from jupyter_mlstudio.experiments.comparing.types import ArtifactDifferenceSpec, ColumnDifference, ComparisonSpec

CELLS = """# %% [1]
import pandas as pd

# %% [2]
depth = {depth}

# %% [3]
frame = pd.read_csv("a.csv"){cut}

# %% [4]
print(frame.head({head}))

# %% [5]
model = Forest(depth).fit(frame)
"""
FRAME = pd.DataFrame({"age": np.arange(40.0), "city": ["Rome", "Oslo"] * 20})


def made(  # noqa: PLR0913  # each is one thing that two runs may have otherwise
    studio, name, depth, score, *, cut="", head=5, frame=FRAME, packages="numpy==2.0.0\n", steps=()
):
    with studio.track("trees", name=name, tags={"team": "blue"}) as run:
        run.log_params({"depth": depth, "verbose": head, "trees": 10})
        run.log_metrics({"score": score, "rows": float(len(frame))})
        run.log_dataset(frame, "people", source="a.csv")
        run.log_text(f"depth,{depth}\nsame,1\n", "out/table.csv")
    run_id = run.id
    client = studio.experiments.client()
    client.log_text(run_id, CELLS.format(depth=depth, cut=cut, head=head), "environment/cells.py")
    client.log_text(run_id, f"# Python 3.11.7\n{packages}", "environment/requirements.txt")
    client.log_text(run_id, json.dumps({"version": 1, "steps": list(steps)}), "recipe.json")
    return run_id


class Unrecorded:
    """A provenance that knows nothing, as for runs of other tools: their artifacts are what is left."""

    def origin(self, run_id):
        raise NotFoundError(run_id)

    environment = origin


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    studio = Studio.open(tmp_path_factory.mktemp("a project"))
    studio.experiments.__dict__["provenance"] = Unrecorded()
    return studio


@pytest.fixture(scope="module")
def runs(studio):
    one = made(studio, "one", 6, 0.80)
    other = made(
        studio,
        "other",
        12,
        0.91,
        cut=".dropna()",
        head=9,
        frame=FRAME.assign(age=FRAME["age"] + 20).head(30),
        packages="numpy==2.0.0\ntqdm==5.0\n",
        steps=[{"op": "drop_duplicates"}],
    )
    return one, other


def test_everything_that_differs_is_beside_each_other(studio, runs):
    found = studio.compare(*runs)
    assert [run.name for run in found.runs] == ["one", "other"]
    params = {row.name: (row.values, row.differs) for row in found.params}
    assert params == {"depth": (["6", "12"], True), "verbose": (["5", "9"], True), "trees": (["10"], False)}
    assert {row.name for row in found.metrics if row.differs} == {"score", "rows"}
    assert [(row.name, row.values) for row in found.environment if row.differs] == [("tqdm", [None, "5.0"])]
    [data] = found.data
    assert (data.context, data.rows, data.differs) == ("training", [40, 30], True)
    files = {file.name: file.differs for file in found.artifacts}
    assert files["out/table.csv"]
    [pair] = found.pairs
    assert [(step.kind, step.text) for step in pair.recipe] == [("added", "drop_duplicates")]
    assert [cell.kind for cell in pair.cells] == ["same", "changed", "changed", "changed", "same"]


def test_what_changed_is_ranked_with_a_sentence_each(studio, runs):
    [pair] = studio.compare(*runs, metric="score").pairs
    assert (pair.metric, pair.one_value, pair.other_value) == ("score", 0.8, 0.91)
    told = {each.sentence: each for each in pair.explanations}
    ranks = list(told)
    dropped = "Cell 3 changed: `frame = pd.read_csv('a.csv')` became `frame = pd.read_csv('a.csv').dropna()`."
    assert ranks.index(dropped) < ranks.index("depth went from 6 to 12.") < ranks.index("verbose went from 5 to 9.")
    assert told["Cell 4 changed: `print(frame.head(5))` became `print(frame.head(9))`."].weight < 0.05
    assert "It only sets a param" in told["Cell 2 changed: `depth = 6` became `depth = 12`."].reason
    assert sum(each.weight for each in pair.explanations) == pytest.approx(1, abs=0.01)


def test_other_runs_tell_which_param_moves_the_metric(studio):
    for depth, score in ((2, 0.5), (4, 0.6), (8, 0.7), (16, 0.8), (3, 0.56), (5, 0.63)):
        with studio.track("learned") as run:
            run.log_params({"depth": depth, "rate": depth * 7 % 5})
            run.log_metric("score", score)
    pair_of = []
    for depth, rate, score in ((4, 1, 0.6), (8, 4, 0.7)):
        with studio.track("learned") as run:
            run.log_params({"depth": depth, "rate": rate})
            run.log_metric("score", score)
        pair_of.append(run.id)
    first, second = studio.compare(*pair_of).pairs[0].explanations[:2]
    assert (first.name, second.name) == ("depth", "rate")
    assert first.weight > 3 * second.weight
    assert "By other runs such a change moves score by about +0." in first.reason


def test_profiles_of_logged_models_are_compared_column_by_column(studio, tmp_path):
    from sklearn.dummy import DummyRegressor

    ids = []
    for frame in (FRAME[["age"]], FRAME[["age"]] + 20):
        with studio.track("profiles") as run:
            run.log_dataset(frame)
            run.log_model(DummyRegressor().fit(frame, frame["age"]), input_example=frame.head(2), training_data=frame)
        ids.append(run.id)
    [pair] = studio.compare(*ids).pairs
    assert pair.columns == [
        ColumnDifference(name="age", kind="changed", sentence="mean 39.5 instead of 19.5", weight=1.0)
    ]
    assert pair.explanations[0].kind == "data"


def test_many_runs_are_compared_with_one_reference(studio, runs):
    ids = [*runs, *(made(studio, f"r{place}", place, 0.5) for place in range(4))]
    found = studio.experiments.comparing.compare(ComparisonSpec(ids=ids, reference=ids[2], others=[ids[5]]))
    assert (found.reference, [pair.other for pair in found.pairs]) == (ids[2], [ids[5]])
    assert len(found.params[0].values) == 6
    assert len(studio.compare(*ids).pairs) == 1
    assert len(studio.compare(*ids[:4]).pairs) == 3
    with pytest.raises(InvalidError, match="twice"):
        studio.compare(ids[0], ids[0])
    with pytest.raises(NotFoundError):
        studio.compare(ids[0], "nothing")


def test_a_comparison_can_be_read_in_a_notebook_and_copied(studio, runs):
    found = studio.compare(*runs)
    assert "| depth | 6 | 12 |" in found.markdown
    assert "<th>depth</th><td>6</td><td>12</td>" in found._repr_html_()


def test_two_texts_are_compared_line_by_line(studio, runs):
    spec = ArtifactDifferenceSpec(one=runs[0], other=runs[1], one_path="out/table.csv", other_path="out/table.csv")
    lines = studio.experiments.comparing.artifact(spec).lines
    assert [(line.kind, line.text) for line in lines] == [
        ("removed", "depth,6"),
        ("added", "depth,12"),
        ("same", "same,1"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "matters"),
    [
        ("x = 1  # one", "x = 1", 0.0),
        ("print(x)", "print(x, y)", 0.03),
        ("import a", "import a, b", 0.15),
        ("model = Forest(3).fit(x)", "model = Forest(4).fit(x)", 1.0),
        ("frame['a'] = 1", "frame['a'] = 2", 1.0),
        ("%time fit(", "%time fit( ", 0.0),
    ],
)
def test_a_change_of_code_matters_as_far_as_it_is_calculated_with(before, after, matters):
    assert change_of(before, after).matters == matters


def test_only_cells_that_the_result_needs_are_looked_at():
    assert needed(["x = 1", "y = 2", "x['a'] = 3", "print(y)", "fit(x)"], 4) == {0, 2, 4}


def test_steps_that_changed_their_options_are_one_step():
    one = [{"op": "fill", "with": 1}, {"op": "drop"}, {"op": "off", "on": True}]
    other = [{"op": "fill", "with": 2}, {"op": "drop"}]
    found = [(step.kind, step.one, step.other, step.text, step.before) for step in compared_steps(one, other)]
    assert found == [
        ("changed", 1, 1, "fill with=2", "fill with=1"),
        ("same", 2, 2, "drop", None),
        ("removed", 3, None, "off", None),
    ]
