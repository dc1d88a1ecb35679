"""What is odd about a recipe as a whole: what leaks, what will not run at inference, what has no effect."""

from collections.abc import Callable, Collection

from jupyter_mlstudio.wrangling.linting import idle, leaking, travelling
from jupyter_mlstudio.wrangling.linting.touching import active
from jupyter_mlstudio.wrangling.linting.types import Finding
from jupyter_mlstudio.wrangling.recipe import Recipe


def findings(
    recipe: Recipe,
    *,
    target: str | None = None,
    leaks: Collection[str] = (),
    exists: Callable[[str], bool] | None = None,
) -> tuple[Finding, ...]:
    """Say what the user should know before the recipe becomes part of a model.

    Args:
        recipe: Steps that are switched off do not count.
        target: What is to be predicted; also known from steps that have a target.
        leaks: Columns that are known only after it.
        exists: Tells whether a file is in the project.
    """
    places = active(recipe.steps)
    found = [
        *leaking.before_split(places),
        *leaking.duplicates_after_split(places),
        *leaking.learned_from_dropped(places),
        *leaking.encoding_without_folds(places),
        *leaking.target_as_feature(places, target),
        *leaking.known_too_late(places, leaks),
        *travelling.shapes(places),
        *travelling.rows_between(places),
        *travelling.files(places, exists),
        *idle.without_effect(places),
        *idle.undone(places),
        *idle.unused(places),
    ]
    return tuple(sorted(found, key=lambda each: (each.position, _RANK[each.severity])))


_RANK = {"error": 0, "warning": 1, "hint": 2}
