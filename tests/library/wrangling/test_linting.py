import pytest
from lint_corpus import CLEAN, IDLE, LEAKS, TRAVEL

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.findings import findings
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.sources.types import FileSource
from jupyter_mlstudio.wrangling.step import step_kinds

LATE = ("arr_delay",)


def recipe_of(steps):
    split = next(op for op, kind in step_kinds().items() if "stratify" in kind.model_fields)
    return Recipe(steps=[{**step, "op": split} if step["op"] == "@split" else step for step in steps])


def lint(steps):
    return findings(recipe_of(steps), leaks=LATE, exists=lambda path: path == "here.csv")


def mended(steps, fix):
    steps = [step.model_dump(mode="json") for step in recipe_of(steps).steps]
    for edit in fix.edits:
        if edit.edit == "delete":
            del steps[edit.position]
        elif edit.edit == "move":
            steps.insert(edit.to, steps.pop(edit.position))
        elif edit.edit == "replace":
            steps[edit.position] = edit.step
        else:
            steps.insert(edit.position, edit.step)
    return steps


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_recipe_raises_no_alarm(name):
    assert lint(CLEAN[name]) == ()


def test_there_are_twenty_clean_recipes():
    assert len(CLEAN) == 20


@pytest.mark.parametrize(
    ("steps", "position", "code"), {**LEAKS, **IDLE, **TRAVEL}.values(), ids=[*LEAKS, *IDLE, *TRAVEL]
)
def test_what_is_wrong_is_found_where_it_is(steps, position, code):
    assert (position, code) in [(each.position, each.code) for each in lint(steps)]


@pytest.mark.parametrize(("steps", "position", "code"), {**LEAKS, **IDLE}.values(), ids=[*LEAKS, *IDLE])
def test_a_fix_mends_what_was_found(steps, position, code):
    finding = next(each for each in lint(steps) if (each.position, each.code) == (position, code))

    for fix in finding.fixes:
        after = findings(Recipe(steps=mended(steps, fix)), leaks=LATE, exists=lambda _: False)
        assert code not in [each.code for each in after if each.columns == finding.columns]
    assert finding.fixes or code == "file-outside"


def test_the_given_target_counts_like_one_that_a_step_names():
    steps = [{"op": "derive", "name": "ratio", "formula": "late / distance"}]

    assert findings(recipe_of(steps)) == ()
    assert [each.code for each in findings(recipe_of(steps), target="late")] == ["target-as-feature"]
    assert recipe_of(steps).lint(target="late") == findings(recipe_of(steps), target="late")


def test_a_step_learns_behind_the_split_after_its_fix():
    steps = [
        {"op": "fill_missing", "columns": ["age"]},
        {"op": "drop", "columns": ["id"]},
        LEAKS["median before the split"][0][1],
    ]
    finding = lint(steps)[0]

    assert finding.severity == "error"
    assert finding.fixes[0].label == "Move it behind the split"
    assert [step["op"] for step in mended(steps, finding.fixes[0])][-1] == "fill_missing"


def test_a_target_can_be_left_out_of_a_step():
    fixes = lint(LEAKS["target scaled"][0])[0].fixes

    assert [fix.label for fix in fixes] == ["Remove the step", "Leave late out"]
    assert fixes[1].edits[0].step["columns"] == ["age"]


def test_a_panel_that_knows_the_target_warns_of_features_made_of_it(session):
    session.open(FileSource(path="flights.parquet"))
    feature = Recipe(steps=[{"op": "derive", "name": "ratio", "formula": "delay / distance"}])
    before = session.apply(feature).findings
    with pytest.raises(InvalidError):  # too few rows to search for leaks, but the target is known now
        session.leaks("delay")

    assert before == ()
    assert [each.code for each in session.apply(feature).findings] == ["target-as-feature"]
