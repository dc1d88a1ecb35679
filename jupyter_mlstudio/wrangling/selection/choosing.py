"""Decides about every column: first goes what cannot help, then what others say better, then what chance explains."""

from collections.abc import Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.quality import suspected
from jupyter_mlstudio.wrangling.report.course import Course
from jupyter_mlstudio.wrangling.report.gaps import identifiers
from jupyter_mlstudio.wrangling.report.goal import Goal, goal_of
from jupyter_mlstudio.wrangling.report.mends import share
from jupyter_mlstudio.wrangling.report.power import power_of
from jupyter_mlstudio.wrangling.report.reading import Reading, read
from jupyter_mlstudio.wrangling.report.together import mixed
from jupyter_mlstudio.wrangling.selection.elimination import METRICS, eliminate
from jupyter_mlstudio.wrangling.selection.gains import Gain, gains_of
from jupyter_mlstudio.wrangling.selection.information import chance_level, clustered, information_of, twins
from jupyter_mlstudio.wrangling.selection.types import (
    Decision,
    EliminationPoint,
    FeatureDecision,
    FeatureSelection,
    SelectionSpec,
)
from jupyter_mlstudio.wrangling.writing import require

if TYPE_CHECKING:
    import polars as pl


class Choice:
    """The decisions so far, with the figures behind them."""

    def __init__(self, names: Sequence[str], fixed: Sequence[str]) -> None:
        self._fixed = set(fixed)
        self.left = list(names)
        self.decided: dict[str, tuple[Decision, str, str | None]] = {}
        self.information: dict[str, float] = {}
        self.gains: dict[str, Gain] = {}
        self.points: tuple[EliminationPoint, ...] = ()
        self.warnings: dict[str, str] = {}
        """Reasons to doubt columns that are kept."""

    def out(self, name: str, decision: Decision, reason: str, like: str | None = None) -> None:
        """Leave a column out, unless it is to stay whatever it tells."""
        if name in self.left and name not in self._fixed:
            self.left.remove(name)
            self.decided[name] = (decision, reason, like)

    def ranked(self) -> list[str]:
        """Return what is left, the best first."""
        return sorted(
            self.left,
            key=lambda name: (-self.gains[name].share if name in self.gains else 0.0, -self.information.get(name, 0.0)),
        )


def choose(table: "pl.LazyFrame", spec: SelectionSpec, course: Course | None = None) -> FeatureSelection:
    """Decide about every column of a table.

    Raises:
        InvalidError: There is no such target, or it cannot be predicted.
    """
    begin = perf_counter()
    course = course or Course("selection.select")
    require([spec.target, *spec.keep], table.collect_schema())
    course.at(0.0, "Reading")
    reading = read(table, most=spec.rows)
    goal = goal_of(reading.sample, spec.target, spec.problem)
    if isinstance(goal, str):
        raise InvalidError(f"target: {goal}")
    choice = Choice([name for name in reading.facts if name != spec.target], spec.keep)
    _useless(choice, reading, spec.target)
    course.at(0.1, "Comparing columns with the target and with each other")
    clusters = _compared(choice, reading, goal, spec)
    _trained(choice, goal, spec, course)
    if spec.eliminate and len(choice.left) > 1:
        _eliminated(choice, goal, spec, course)
    _limited(choice, spec)
    course.at(0.98, "Finishing")
    _doubted(choice, goal, reading)
    return FeatureSelection(
        target=spec.target,
        problem=goal.problem,
        rows=reading.rows,
        rows_read=reading.sample.height,
        exactness=reading.exactness,
        seconds=round(perf_counter() - begin, 2),
        kept=tuple(choice.ranked()),
        items=tuple(_items(choice, clusters, spec)),
        elimination=choice.points,
        metric=METRICS[goal.problem] if choice.points else "",
        method=_method(spec),
        step={"op": "select_features", **spec.model_dump(mode="json", exclude_defaults=True)},
    )


def _useless(choice: Choice, reading: Reading, target: str) -> None:
    """Leave out what can never help."""
    plain = set(reading.plain())
    for name in list(choice.left):
        facts = reading.facts[name]
        if name not in plain or facts.role == "duration":
            choice.out(name, "not usable", f"It holds {reading.sample.schema[name]}, which models do not take.")
        elif facts.missing == reading.rows:
            choice.out(name, "constant", "It has no value at all.")
        elif facts.constant and not facts.missing:
            choice.out(name, "constant", "It is always the same.")
    for each in identifiers(reading, target):
        for name in each.columns:
            choice.out(name, "identifier", "It names rows: it tells nothing about new ones.")
    for name, twin in twins(reading.sample, choice.left).items():
        choice.out(name, "duplicate", f"It is the same as “{twin}” in all rows.", twin)


def _compared(choice: Choice, reading: Reading, goal: Goal, spec: SelectionSpec) -> dict[str, int]:
    """Measure the information of each column, and keep the best of those that go together; number the clusters."""
    choice.information = information_of(goal, choice.left)
    order = sorted(choice.left, key=lambda name: (name not in spec.keep, -choice.information[name]))
    roles = {name: facts.role for name, facts in reading.facts.items()}
    strengths = mixed(goal.present, order, roles, same=spec.correlated, most=len(order)).same if len(order) > 1 else {}
    given = clustered(order, strengths)
    numbers = {leader: number for number, leader in enumerate(dict.fromkeys(given.values()))}
    for name, leader in given.items():
        strength = strengths.get((leader, name)) or strengths.get((name, leader)) or 0.0
        reason = f"It goes together with “{leader}” ({strength:.2f}), which tells more about the target."
        choice.out(name, "correlated", reason, leader)
    return {name: numbers[given.get(name, name)] for name in order if given.get(name, name) in numbers}


def _trained(choice: Choice, goal: Goal, spec: SelectionSpec, course: Course) -> None:
    """Leave out what a model gains no more from than from a shuffled target."""
    if not choice.left:
        return
    if not spec.shuffles:
        for name in list(choice.left):
            if choice.information[name] <= chance_level(goal, name):
                choice.out(name, "no signal", "Its information about the target is what chance gives.")
        return

    def tell(done: float) -> None:
        course.at(0.2 + 0.5 * done, "Training on shuffled targets")

    tell(0.0)
    choice.gains = gains_of(goal, choice.left, spec.shuffles, spec.seed, tell)
    for name, gain in choice.gains.items():
        if not gain.real:
            reason = (
                f"Its share of the gain, {share(gain.share)}, is what a shuffled target reaches too "
                f"({share(gain.threshold)})."
            )
            choice.out(name, "no signal", reason)


def _eliminated(choice: Choice, goal: Goal, spec: SelectionSpec, course: Course) -> None:
    def tell(done: float) -> None:
        course.at(0.7 + 0.25 * done, "Eliminating columns in cross-validation")

    kept, choice.points = eliminate(goal, choice.ranked(), spec.keep, spec.seed, tell)
    for name in list(choice.left):
        if name not in kept:
            choice.out(
                name, "eliminated", f"Without it the score in cross-validation ({METRICS[goal.problem]}) is as good."
            )


def _limited(choice: Choice, spec: SelectionSpec) -> None:
    for name in choice.ranked()[spec.at_most :] if spec.at_most else []:
        choice.out(name, "over the limit", f"{spec.at_most} better ones are kept.")


def _doubted(choice: Choice, goal: Goal, reading: Reading) -> None:
    """Warn of columns that are kept because they give the target away."""
    for name in choice.left:
        suspicion = suspected(goal, name, power_of(goal, name), reading.sample)
        if suspicion is not None:
            choice.warnings[name] = f"Beware: {suspicion.reason[0].lower()}{suspicion.reason[1:]}"


def _items(choice: Choice, clusters: dict[str, int], spec: SelectionSpec) -> list[FeatureDecision]:
    """Put the kept columns first, the best at the top; then the others as they were decided about, the latest first."""
    order = [*choice.ranked(), *reversed(choice.decided)]
    made = []
    for name in order:
        decision, reason, like = choice.decided.get(name, ("kept", _why(choice, name, spec), None))
        gain = choice.gains.get(name)
        information = choice.information.get(name)
        made.append(
            FeatureDecision(
                column=name,
                decision=decision,
                reason=reason,
                information=None if information is None else round(information, 6),
                importance=None if gain is None else round(gain.share, 6),
                threshold=None if gain is None or not spec.shuffles else round(gain.threshold, 6),
                cluster=clusters.get(name),
                like=like,
            )
        )
    return made


def _why(choice: Choice, name: str, spec: SelectionSpec) -> str:
    gain = choice.gains.get(name)
    if name in choice.warnings:
        return choice.warnings[name]
    if name in spec.keep:
        return "It was asked for."
    if gain is None or not spec.shuffles:
        return "It tells something about the target."
    return (
        f"Its share of the gain, {share(gain.share)}, is more than a shuffled target reaches ({share(gain.threshold)})."
    )


def _method(spec: SelectionSpec) -> str:
    parts = [
        "Constant and identical columns and identifiers are left out.",
        f"Of columns that go together by {spec.correlated:g} or more, the one with the most mutual "
        "information with the "
        "target (20 bins) stays.",
    ]
    if spec.shuffles:
        parts.append(
            "The rest must bring gradient boosted trees more gain than it does with the target "
            f"shuffled {spec.shuffles} times."
        )
    if spec.eliminate:
        parts.append(
            "The weakest are then left out one after the other, as long as 3-fold cross-validation is as good."
        )
    if spec.at_most:
        parts.append(f"No more than {spec.at_most} are kept.")
    return " ".join(parts)
