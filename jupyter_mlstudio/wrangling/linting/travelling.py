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
            message = f"“{step.title}” looks at other rows, so it does not run when a model predicts: values stay missing there."
            yield Finding(
                position=position,
                code="looks-at-rows",
                severity="warning",
                message=message,
                columns=tuple(sorted(reads(step))),
                fixes=(),
            )


def dropped_but_needed(places: list[Place]) -> Iterator[Finding]:
    """Find steps that fail or give nothing in rows that training never had: those are dropped there, and come in a model."""
    for place in places:
        columns = getattr(place.step, "columns", ())
        if place.step.op != "drop_missing" or not columns:
            continue
        for later in places:
            if later.position > place.position and later.step.kind == "fit" and later.step.op == "fill_missing":
                again = sorted(set(columns) & set(reads(later.step)))
                if again:
                    message = f"Rows without “{again[0]}” are dropped before, so “{later.step.title}” never sees one in training."
                    yield Finding(
                        position=later.position,
                        code="nothing-left-to-fill",
                        severity="hint",
                        message=message,
                        columns=tuple(again),
                        fixes=(delete(place.position, "Keep these rows and fill them"),),
                    )


def files(places: list[Place], exists: Callable[[str], bool] | None) -> Iterator[Finding]:
    """Find other files that are not in the project."""
    for position, step in places:
        for path in _paths(step):
            outside = path.startswith(("/", "~", "\\")) or ".." in path.split("/") or ":\\" in path
            if outside:
                message = f"“{path}” lies outside the project, so the recipe does not work anywhere else. Copy it into the project."
                yield Finding(
                    position=position, code="file-outside", severity="error", message=message, columns=(), fixes=()
                )
            elif exists is not None and not exists(path):
                message = f"There is no file “{path}” in the project, so the recipe does not work elsewhere. Add it, or remove the step."
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
