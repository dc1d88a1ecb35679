"""Makes the report: reads the table, asks every check, trains the quick model, and puts the worst first."""

from collections.abc import Iterable, Mapping
from time import perf_counter
from typing import TYPE_CHECKING

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.report import charts, gaps, numbers, rows, targets, texts, together
from jupyter_mlstudio.wrangling.report.course import Course
from jupyter_mlstudio.wrangling.report.goal import Goal, goal_of
from jupyter_mlstudio.wrangling.report.mends import figure
from jupyter_mlstudio.wrangling.report.model import quick_model
from jupyter_mlstudio.wrangling.report.power import METHOD, Power, power_of
from jupyter_mlstudio.wrangling.report.reading import Reading, read
from jupyter_mlstudio.wrangling.report.types import (
    Associations,
    FeaturePower,
    Insight,
    InsightFigure,
    Problem,
    QualityReport,
    QuickModel,
)
from jupyter_mlstudio.wrangling.writing import require

if TYPE_CHECKING:
    import polars as pl

_ORDER = {"high": 0, "medium": 1, "low": 2}
_RELATIONS = 24
_TELLING = 0.1
_LEFT_OUT = {"leak": "gives the target away", "identifier": "identifier", "constant": "always the same"}


def report_of(
    table: "pl.LazyFrame",
    target: str | None = None,
    problem: Problem | None = None,
    *,
    title: str = "table",
    rows: int | None = None,
    course: Course | None = None,
) -> QualityReport:
    """Report on a table; with a target also on what predicts it.

    Raises:
        InvalidError: There is no such target, or the table is empty.
    """
    begin = perf_counter()
    course = course or Course("report.insights")
    schema = table.collect_schema()
    require([target] if target else [], schema)
    course.at(0.0, "Reading")
    reading = read(table, rows)
    if not reading.rows or not reading.facts:
        raise InvalidError("The table has no rows to report on.", code="empty")
    found = _of_columns(reading, target, course)
    goal = goal_of(reading.sample, target, problem) if target else ""
    course.at(0.3, "Comparing columns with the target" if target else "Comparing columns")
    powers = _powers(reading, goal) if isinstance(goal, Goal) else {}
    order = sorted(_features(reading, target), key=lambda name: -powers[name].power if name in powers else 0)
    found += _with_target(reading, target, goal, powers)
    course.at(0.45, "Comparing columns with each other")
    associations, pairs = _pairs(reading, target, order, found)
    found += pairs
    course.at(0.6, "Training a quick model" if powers else "Finishing")
    model, features = _modelled(goal, order, powers, found, reading) if isinstance(goal, Goal) else (None, ())
    course.at(0.95, "Finishing")
    telling = [name for name in order if name in powers][:_RELATIONS]
    return QualityReport(
        title=title,
        target=target,
        problem=goal.problem if isinstance(goal, Goal) else None,
        rows=reading.rows,
        rows_read=reading.sample.height,
        columns=len(reading.facts),
        exactness=reading.exactness,
        seconds=round(perf_counter() - begin, 2),
        summary=_summary(reading),
        insights=tuple(sorted(found, key=lambda each: _ORDER[each.severity])),
        features=features,
        method=METHOD[goal.problem] if isinstance(goal, Goal) else "",
        model=model,
        distribution=charts.distribution(goal) if isinstance(goal, Goal) else None,
        relations=tuple(charts.relation(goal, name) for name in telling) if isinstance(goal, Goal) else (),
        associations=associations,
    )


def _of_columns(reading: Reading, target: str | None, course: Course) -> list[Insight]:
    found = [*rows.duplicates(reading), *gaps.infinities(reading), *gaps.constants(reading, target)]
    found += [*gaps.gaps(reading, target), *gaps.identifiers(reading, target)]
    course.at(0.1, "Looking at text")
    found += texts.texts(reading)
    course.at(0.2, "Looking at numbers and dates")
    found += [*numbers.numbers(reading, target), *numbers.dates(reading), *rows.unusual(reading, target)]
    return found


def _features(reading: Reading, target: str | None) -> list[str]:
    """Return the columns that could predict something."""
    return [
        name
        for name in reading.plain()
        if name != target and reading.facts[name].missing < reading.rows and not reading.facts[name].constant
    ]


def _powers(reading: Reading, goal: Goal) -> dict[str, Power]:
    return {name: power_of(goal, name) for name in _features(reading, goal.column)}


def _with_target(reading: Reading, target: str | None, goal: Goal | str, powers: Mapping[str, Power]) -> list[Insight]:
    if target is None:
        return []
    found = targets.target(reading, target, goal)
    if isinstance(goal, Goal):
        found += targets.leaking(reading, goal, powers) + targets.silent(goal, powers, reading)
    return found


def _pairs(
    reading: Reading, target: str | None, order: list[str], found: Iterable[Insight]
) -> tuple[Associations | None, list[Insight]]:
    """Compare the columns with each other; those that name rows go with nothing."""
    found = list(found)
    naming = {name for each in found if each.kind == "identifier" for name in each.columns}
    late = {name for each in found if each.kind == "leak" for name in each.columns}
    order = sorted(order, key=lambda name: (name in late, not target and reading.facts[name].missing > 0))
    names = [name for name in order if name not in naming]
    roles = {name: facts.role for name, facts in reading.facts.items()}
    shown = [target, *names] if target in reading.plain() else names
    if len(shown) < 2:  # noqa: PLR2004  # nothing to compare
        return None, []
    mixed = together.mixed(reading.sample, [name for name in shown if name], roles)
    mixed = mixed._replace(same={pair: value for pair, value in mixed.same.items() if target not in pair})
    same = together.the_same(mixed, order, reading)
    twice = {name for each in same for name in each.columns[1:]}
    numeric = [name for name in names if roles[name] == "number" and name not in twice]
    return mixed.associations, same + together.collinear(reading, numeric, order)


def _modelled(
    goal: Goal, order: list[str], powers: Mapping[str, Power], found: Iterable[Insight], reading: Reading
) -> tuple[QuickModel | None, tuple[FeaturePower, ...]]:
    """Train the quick model without columns that would make it look better than it is."""
    reasons: dict[str, str] = {}
    for each in found:
        if each.kind in _LEFT_OUT and (each.kind != "leak" or each.severity == "high"):
            reasons |= dict.fromkeys(each.columns, _LEFT_OUT[each.kind])
    used = [name for name in order if name not in reasons and reading.facts[name].role != "duration"]
    model = quick_model(goal, used) if used else None
    features = tuple(
        FeaturePower(
            column=name,
            power=round(power.power, 4),
            metric=None if power.metric is None else round(power.metric, 4),
            role=reading.facts[name].role,
            used=name in used,
            reason=reasons.get(name, "" if name in used else "not a number, category or date"),
        )
        for name, power in sorted(powers.items(), key=lambda pair: -pair[1].power)
    )
    return model, features


def _summary(reading: Reading) -> tuple[InsightFigure, ...]:
    cells = reading.rows * len(reading.facts)
    missing = sum(facts.missing for facts in reading.facts.values())
    return (
        figure("Rows", reading.rows, "count", "exact"),
        figure("Columns", len(reading.facts), "count", "exact"),
        figure("Missing values", missing / cells, "share", "exact"),
        figure("Duplicate rows", reading.repeated, "count", "exact"),
    )
