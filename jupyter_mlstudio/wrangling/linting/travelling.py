"""Findings about what cannot travel in a model, or does something else there."""

from collections.abc import Callable, Iterator

from jupyter_mlstudio.wrangling.linting.touching import Place, reads
from jupyter_mlstudio.wrangling.linting.types import Finding, delete
from jupyter_mlstudio.wrangling.step import Step

_LOOKS_AROUND = frozenset(
    {"fill_forward", "fill_backward", "interpolate", "lag", "lead", "rolling", "cumulative", "rank", "edit_cells"}
)


def shapes(places: list[Place]) -> Iterator[Finding]:
    """Find steps that make another table: a model gets rows, and answers as many."""
    for position, step in places:
        if step.kind == "shape":
            message = (
                f"“{step.title}” makes another table, so this recipe cannot travel in a model. "
                "Save its result as a file, and start a new recipe from there."
            )
            yield Finding(
                position=position, code="shape-travels", severity="warning", message=message, columns=(), fixes=()
            )


def rows_between(places: list[Place]) -> Iterator[Finding]:
    """Find steps that look at other rows, which a model does not have."""
    for position, step in places:
        if step.kind == "rows" and step.op in _LOOKS_AROUND:
            message = (
                f"“{step.title}” looks at other rows, so it does not run when a model predicts: "
                "values stay missing there."
            )
            yield Finding(
                position=position,
                code="looks-at-rows",
                severity="warning",
                message=message,
                columns=tuple(sorted(reads(step))),
                fixes=(),
            )


def files(places: list[Place], exists: Callable[[str], bool] | None) -> Iterator[Finding]:
    """Find other files that are not in the project."""
    for position, step in places:
        for path in _paths(step):
            outside = path.startswith(("/", "~", "\\")) or ".." in path.split("/") or ":\\" in path
            if outside:
                message = (
                    f"“{path}” lies outside the project, so the recipe works nowhere else. Copy it into the project."
                )
                yield Finding(
                    position=position, code="file-outside", severity="error", message=message, columns=(), fixes=()
                )
            elif exists is not None and not exists(path):
                message = f"There is no file “{path}” in the project. Add it, or remove the step."
                yield Finding(
                    position=position,
                    code="no-file",
                    severity="error",
                    message=message,
                    columns=(),
                    fixes=(delete(position),),
                )


def _paths(step: Step) -> list[str]:
    path = getattr(step, "path", None)
    return [path] if isinstance(path, str) and path else []
