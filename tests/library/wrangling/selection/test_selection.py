"""Automatic selection on tables of which the truth is known, and as a step of a recipe."""

import numpy as np
import polars as pl
import pytest

from jupyter_mlstudio import RecipeTransformer, Studio
from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.kernel import outcome_of
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.selection.choosing import choose
from jupyter_mlstudio.wrangling.selection.types import SelectionSpec
from jupyter_mlstudio.wrangling.session import Session
from jupyter_mlstudio.wrangling.sources import Files
from jupyter_mlstudio.wrangling.sources.types import FrameSource

ROWS = 4000


def table(rows=ROWS, seed=0):
    """Three columns decide, one is a noisy copy, one a category with an effect, four are noise or useless."""
    random = np.random.default_rng(seed)
    first, second, third = random.normal(size=(3, rows))
    kind = random.choice(["a", "b", "c"], rows)
    y = 2 * first + second - 0.8 * third + np.where(kind == "a", 1.5, 0) + random.normal(size=rows)
    return pl.DataFrame(
        {
            "key": np.arange(rows),
            "first": first,
            "second": second,
            "third": third,
            "copy": first + random.normal(size=rows) * 0.2,
            "again": second,
            "kind": kind,
            "noise": random.normal(size=rows),
            "chance": random.choice(["x", "y", "z"], rows),
            "same": np.ones(rows),
            "y": y > 0,
        }
    )


def selected(frame, **options):
    return choose(frame.lazy(), SelectionSpec(target="y", **options))


def decisions(chosen):
    return {each.column: each.decision for each in chosen.items}


TRUTH = {
    "first": "kept",
    "second": "kept",
    "third": "kept",
    "kind": "kept",
    "copy": "correlated",
    "again": "duplicate",
    "noise": "no signal",
    "chance": "no signal",
    "same": "constant",
    "key": "identifier",
}


@pytest.mark.parametrize("shuffles", [0, 5])
def test_every_column_is_decided_about_as_the_truth_is(shuffles):
    assert decisions(selected(table(), shuffles=shuffles)) == TRUTH


def test_a_number_as_target_is_chosen_for_as_well():
    frame = table().with_columns(y=pl.col("first") * 3 + pl.col("third") + pl.col("noise") * 0.01)

    assert selected(frame, shuffles=5).kept == ("first", "third")


def test_a_category_does_not_take_the_gain_of_another_column():
    chosen = selected(table().select("kind", "chance", "first", "noise", "y"), shuffles=5)

    assert chosen.kept[0] == "first"
    gains = {each.column: each.importance for each in chosen.items}
    assert gains["first"] > gains["kind"] > gains["chance"]


def test_the_figures_stand_beside_every_decision():
    chosen = selected(table(), shuffles=3)
    by_name = {each.column: each for each in chosen.items}

    assert by_name["first"].importance > by_name["first"].threshold > 0
    assert by_name["noise"].importance <= by_name["noise"].threshold
    assert (by_name["copy"].like, by_name["again"].like) == ("first", "second")
    assert by_name["copy"].cluster == by_name["first"].cluster is not None
    assert by_name["first"].information > by_name["third"].information > by_name["noise"].information


def test_columns_that_are_to_stay_stay():
    chosen = selected(table(), shuffles=3, keep=("noise", "copy"))

    assert {"noise", "copy"} <= set(chosen.kept)


def test_no_more_than_asked_for_are_kept():
    chosen = selected(table(), shuffles=3, at_most=2)

    assert len(chosen.kept) == 2
    assert list(decisions(chosen).values()).count("over the limit") == 2


def test_elimination_scores_fewer_and_fewer_columns():
    chosen = selected(table().drop("kind"), shuffles=0, correlated=1, eliminate=True)

    sizes = [point.columns for point in chosen.elimination]
    assert sizes == sorted(sizes, reverse=True)
    assert chosen.elimination[-1].score < max(point.score for point in chosen.elimination)
    assert {"first", "second", "third"} <= set(chosen.kept) | {"copy"}


def test_of_pure_chance_nothing_is_kept():
    frame = table().with_columns(y=pl.Series(np.random.default_rng(5).integers(0, 2, ROWS)))

    assert selected(frame, shuffles=5).kept == ()


def test_a_column_that_gives_the_target_away_is_kept_with_a_warning():
    frame = table().with_columns(fee=pl.when("y").then(10.0).otherwise(2.0))

    (fee,) = [each for each in selected(frame, shuffles=3).items if each.column == "fee"]

    assert fee.decision == "kept"
    assert fee.reason.startswith("Beware: it alone tells “y” almost entirely")


def test_a_target_that_cannot_be_predicted_is_refused():
    with pytest.raises(InvalidError, match="target"):
        selected(table().with_columns(y=pl.lit(1)))


def test_an_option_that_does_not_exist_is_refused(project):
    with pytest.raises(InvalidError, match="shuffle"):
        Studio.open(project).wrangling.select_features(table(), "y", shuffle=3)


def test_the_step_chooses_from_the_rows_that_the_recipe_is_fitted_on():
    step = selected(table(), shuffles=3).step
    recipe = Recipe.model_validate({"steps": [step]}).fit(table(seed=1))

    kept = recipe.steps[0].state.values["kept"]
    assert set(kept) == {"first", "second", "third", "kind"}
    assert recipe.run(table(seed=2).head(3)).columns == ["first", "second", "third", "kind", "y"]


def test_a_fitted_transformer_keeps_the_same_columns_without_the_rest():
    recipe = Recipe.model_validate({"steps": [selected(table(), shuffles=3).step]})
    fitted = RecipeTransformer(recipe).fit(table())

    needed = table().head(3).drop("noise", "key", "same", "copy", "again", "chance")
    assert list(fitted.transform(needed).columns) == ["first", "second", "third", "kind", "y"]


def test_the_step_says_when_its_target_is_missing():
    recipe = Recipe.model_validate({"steps": [{"op": "select_features", "target": "y"}]})

    with pytest.raises(InvalidError, match="“y”, the target, is not in the table"):
        recipe.fit(table().drop("y"))


def test_a_panel_can_ask_and_append_the_step(project):
    session = Session(Files(project), lambda: {"orders": table(1200)})
    session.open(FrameSource(name="orders"))

    answer, _ = outcome_of(session, {"verb": "selection.select", "arguments": {"spec": {"target": "y", "shuffles": 2}}})
    step = answer["result"]["step"]
    view = session.apply(Recipe.model_validate({"steps": [step]}))

    assert view.stages[0].state == "ran"
    assert "noise" not in [column.name for column in view.stages[0].columns]
    session.close()


def test_a_selection_can_be_stopped(project):
    session = Session(Files(project), lambda: {"orders": table(1200)}, lambda _: session.selection.stop())
    session.open(FrameSource(name="orders"))

    answer, _ = outcome_of(session, {"verb": "selection.select", "arguments": {"spec": {"target": "y"}}})

    assert answer["error"]["reason"] == "stopped"
    session.close()


def test_a_notebook_sees_the_picture(project):
    chosen = Studio.open(project).wrangling.select_features(table().to_pandas(), "y", shuffles=2)

    assert set(chosen.kept) == {"first", "second", "third", "kind"}
    assert chosen.figure.count("<g class=") == 10
    assert "4 of 10 columns are kept to predict y" in chosen._repr_html_()
    assert "correlated" in repr(chosen)
    assert chosen.step.op == "select_features"
