"""Findings about what a model must not know: test rows, the target, what is known too late."""

from collections.abc import Collection, Iterator

from jupyter_mlstudio.wrangling.linting.touching import (
    BALANCES,
    IN_PLACE,
    Place,
    makes,
    reads,
    removes,
    renames,
    split_in,
    targets,
)
from jupyter_mlstudio.wrangling.linting.types import Edit, Finding, Fix, delete, move, replace
from jupyter_mlstudio.wrangling.step import Step

_FOLDS = 5


def before_split(places: list[Place]) -> Iterator[Finding]:
    """Find steps that learn from rows that are to test the model."""
    split = split_in(places)
    for position, step in places:
        if split is None or position >= split.position:
            return
        title = step.title
        if step.op in BALANCES:
            message = (
                f"“{title}” comes before the split, so copies of a row can be in training and test, "
                "and the test is not like reality."
            )
            fix = move(position, split.position, "Move it behind the split")
            yield Finding(
                position=position,
                code="balance-before-split",
                severity="error",
                message=message,
                columns=(),
                fixes=(fix,),
            )
        elif step.learns():
            yield _learns_early(position, step, split)


def _learns_early(position: int, step: Step, split: Place) -> Finding:
    rows = f" ({step.state.rows:,} rows)" if step.state is not None else ""
    message = (
        f"“{step.title}” learns from all rows{rows}, also from those that “{split.step.title}” keeps for the test. "
        "Move it behind the split."
    )
    return Finding(
        position=position,
        code="learns-before-split",
        severity="error",
        message=message,
        columns=tuple(sorted(reads(step))),
        fixes=(move(position, split.position, "Move it behind the split"),),
    )


def duplicates_after_split(places: list[Place]) -> Iterator[Finding]:
    """Find duplicates that are dropped only when they may be on both sides."""
    split = split_in(places)
    for position, step in places:
        if split is not None and step.op == "drop_duplicates" and position > split.position:
            message = (
                "Duplicates are dropped after the split, so the same row can be in training and test. Drop them before."
            )
            yield Finding(
                position=position,
                code="duplicates-after-split",
                severity="warning",
                message=message,
                columns=(),
                fixes=(move(position, split.position, "Move it before the split"),),
            )


def learned_from_dropped(places: list[Place]) -> Iterator[Finding]:
    """Find rows that are dropped after a step has learned from them."""
    learned: Place | None = None
    for place in places:
        if place.step.learns():
            learned = learned or place
        elif learned is not None and place.step.op in {"sample", "drop_duplicates"}:
            what = (
                "rows that are sampled away here"
                if place.step.op == "sample"
                else "rows that are dropped here as duplicates"
            )
            message = f"“{learned.step.title}” learns from {what}. Put this step first."
            yield Finding(
                position=place.position,
                code="learned-from-dropped",
                severity="warning",
                message=message,
                columns=(),
                fixes=(move(place.position, learned.position, f"Move it before “{learned.step.title}”"),),
            )


def encoding_without_folds(places: list[Place]) -> Iterator[Finding]:
    """Find categories that are encoded by the target of the very same rows."""
    for position, step in places:
        folds, target = getattr(step, "folds", None), str(getattr(step, "target", None) or "")
        if step.op.startswith("target") and target and isinstance(folds, int) and folds <= 1:
            options = step.model_copy(update={"folds": _FOLDS, "state": None}).model_dump(
                mode="json", exclude_defaults=True
            )
            message = (
                f"“{step.title}” encodes each row with its own target, so rare categories give the answer away. "
                "Use folds."
            )
            yield Finding(
                position=position,
                code="encoding-without-folds",
                severity="error",
                message=message,
                columns=(target,),
                fixes=(replace(position, {"op": step.op, **options, "folds": _FOLDS}, f"Use {_FOLDS} folds"),),
            )


def target_as_feature(places: list[Place], given: str | None) -> Iterator[Finding]:
    """Find features that are made of the target, and steps that need it where it is not known."""
    known = targets(places) | ({given} if given else set())
    for position, step in places:
        known = {renames(step).get(name, name) for name in known}
        used = sorted((reads(step) & known) - removes(step))
        if not used or step.kind not in {"row", "fit"} or step.op in {"drop", "select", "rename", "move"}:
            continue
        made = set() if step.op in IN_PLACE else makes(step) - known
        what = f"makes “{', '.join(sorted(made))}” of it" if made else "changes it"
        message = (
            f"“{used[0]}” is the target, and “{step.title}” {what}. When a model predicts, the target is not known."
        )
        if not made:
            message += " Change it in the table before, or after the prediction."
        yield Finding(
            position=position,
            code="target-as-feature" if made else "target-changed",
            severity="error" if made else "warning",
            message=message,
            columns=tuple(used),
            fixes=(delete(position), *_without(position, step, used)),
        )


def _without(position: int, step: Step, names: list[str]) -> tuple[Fix, ...]:
    columns = getattr(step, "columns", None)
    if not isinstance(columns, tuple) or len(columns) <= len(names):
        return ()
    kept = step.model_copy(update={"columns": tuple(name for name in columns if name not in names), "state": None})
    options = {"op": step.op, **kept.model_dump(mode="json", exclude_defaults=True)}
    edit = Edit(edit="replace", position=position, to=None, step=options)
    return (Fix(label=f"Leave {', '.join(names)} out", edits=(edit,)),)


def known_too_late(places: list[Place], leaks: Collection[str]) -> Iterator[Finding]:
    """Find features that are made of columns which give the answer away."""
    late = set(leaks)
    for position, step in places:
        late = {renames(step).get(name, name) for name in late}
        used = sorted(reads(step) & late)
        if used and step.kind in {"row", "fit"} and step.op not in {"drop", "select", "rename", "move"}:
            message = (
                f"“{used[0]}” is known only after what is to be predicted has happened, but “{step.title}” needs it."
            )
            yield Finding(
                position=position,
                code="known-too-late",
                severity="error",
                message=message,
                columns=tuple(used),
                fixes=(delete(position),),
            )
        late -= removes(step)
