"""What is odd about a recipe as a whole: steps that learn too early, and steps that will not run at inference."""

from jupyter_mlstudio.wrangling.messages import Finding
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.step import Step


def findings(recipe: Recipe) -> tuple[Finding, ...]:
    """Say what the user should know before the recipe becomes part of a model."""
    found: list[Finding] = []
    learned: str | None = None
    for position, step in enumerate(recipe.steps):
        if not step.on:
            continue
        if step.learns():
            learned = learned or step.title
        message = _about(step, learned)
        if message:
            found.append(Finding(position=position, message=message))
    return tuple(found)


def _about(step: Step, learned: str | None) -> str | None:
    if step.kind == "shape":
        return (
            f"“{step.title}” makes another table, so this recipe cannot travel in a model. "
            "Save its result as a file, and start a new recipe from there."
        )
    if step.op == "sample" and learned is not None:
        return f"“{learned}” learns before rows are sampled away. Put the sample first."
    if step.op == "drop_duplicates" and learned is not None:
        return f"“{learned}” learns from rows that are dropped here as duplicates. Drop them first."
    if step.op == "fill_forward":
        return (
            f"“{step.title}” looks at other rows, so it does not run when a model predicts: values stay missing there."
        )
    return None
