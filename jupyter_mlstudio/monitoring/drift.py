"""Compares live columns with the baseline: all of them first, since what counts as chance depends on how many."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from jupyter_mlstudio.monitoring import statistics
from jupyter_mlstudio.monitoring.baseline import shares_of
from jupyter_mlstudio.monitoring.findings import ColumnDrift, DriftHistogram, DriftTest
from jupyter_mlstudio.monitoring.profiles import Column, Numbers
from jupyter_mlstudio.monitoring.tables import labels_of, missing_of, numbers_of
from jupyter_mlstudio.monitoring.types import Thresholds

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

TestName = Literal["psi", "kolmogorov_smirnov", "chi_square", "wasserstein", "missing", "new_values", "range"]
LEAST_BASELINE = 30
"""Rows of the baseline below which it says nothing about how values are spread."""
SHOWN = 20
FAR, MOVED = 0.25, 0.1
CERTAIN = 1e-4


@dataclass
class Test:
    """A test before it is known how many others there are.

    Attributes:
        chance: Its probability by chance; None for a distance.
        large: Whether the difference is large enough to matter.
        by: The test whose probability decides, where this one has none.
    """

    name: TestName
    statistic: float
    words: str
    chance: float | None = None
    threshold: float | None = None
    large: bool = False
    by: "Test | None" = None


@dataclass
class Compared:
    """A column and the tests that were made of it."""

    column: Column
    tests: list[Test] = field(default_factory=list)
    histogram: DriftHistogram | None = None
    missing: float = 0.0
    new: list[str] = field(default_factory=list)
    calm: str = ""
    """Why it is not compared; empty if it is."""


def compare(
    columns: Sequence[Column], live: "pl.DataFrame", sample: "pl.DataFrame | None", thresholds: Thresholds
) -> list[ColumnDrift]:
    """Compare columns; in the order of the baseline."""
    compared = [_compared(column, live, sample, thresholds) for column in columns]
    tests = [test for each in compared for test in each.tests if test.chance is not None]
    chances = statistics.corrected([test.chance or 0.0 for test in tests])
    by_test = {id(test): chance for test, chance in zip(tests, chances, strict=True)}
    return [_judged(each, by_test, thresholds.significance) for each in compared]


def _compared(column: Column, live: "pl.DataFrame", sample: "pl.DataFrame | None", thresholds: Thresholds) -> Compared:
    found = Compared(column)
    if column.name not in live.columns:
        found.calm = "It is not captured: it was masked, or never sent."
        return found
    values = live[column.name]
    missing = missing_of(values)
    found.missing = missing / max(values.len(), 1)
    total = round(column.rows / (1 - column.missing)) if column.missing < 1 else 0
    if total >= LEAST_BASELINE:
        found.tests.append(_missing(column, total, missing, values.len(), thresholds))
    found.calm = _calm(column, values.len() - missing, thresholds)
    if not found.calm:
        kept = sample[column.name] if sample is not None and column.name in sample.columns else None
        if column.kind in {"number", "text"}:
            _numbers(found, values, kept, thresholds)
        else:
            _categories(found, values, thresholds)
    return found


def _calm(column: Column, present: int, thresholds: Thresholds) -> str:
    """Say why the values of a column are not compared; empty if they are."""
    if column.kind == "time":
        return "Times move on, so only missing ones are looked at."
    if column.kind == "other":
        return "Values of this type are not compared."
    if column.rows == 0:
        return "Training had no values here."
    if column.rows < LEAST_BASELINE:
        return f"The baseline has only {column.rows} values here: too few to compare with."
    if present < thresholds.least_rows:
        some = "no values" if not present else f"only {present} value{'s' * (present > 1)}"
        return f"There are {some} in the window; {thresholds.least_rows} are needed."
    return ""


def _missing(column: Column, total: int, missing: int, rows: int, thresholds: Thresholds) -> Test:
    before, share = total - column.rows, missing / max(rows, 1)
    return Test(
        "missing",
        share - column.missing,
        f"{share:.1%} are missing; in training {column.missing:.1%} were.",
        statistics.missing_grew(before, total, missing, rows) if missing else 1.0,
        thresholds.missing,
        share - column.missing >= thresholds.missing,
    )


def _numbers(found: Compared, values: "pl.Series", kept: "pl.Series | None", thresholds: Thresholds) -> None:
    import numpy as np

    column, live = found.column, numbers_of(values, found.column.kind)
    known = column.numbers
    if known is None or not live.size:
        found.calm = "There are no finite numbers to compare."
        return
    before = np.array(known.grid) if kept is None else numbers_of(kept, column.kind)
    before = before if before.size else np.array(known.grid)
    inner = known.edges if known.std > 0 else [np.nextafter(known.mean, -np.inf), known.mean]
    expected = np.array(known.shares) if known.std > 0 else np.array([0.0, 1.0, 0.0])
    index = statistics.psi(expected, shares_of(live, inner), column.rows, live.size)
    if kept is None and known.std > 0:
        distance, chance = statistics.against_quantiles(before, column.rows, live)
    else:
        distance, chance = statistics.kolmogorov_smirnov(before, live)
    noun = "lengths" if column.kind == "text" else "values"
    mean = f"the mean was {known.mean:.4g}, now it is {live.mean():.4g}"
    test = Test("kolmogorov_smirnov", distance, f"The {noun} differ by up to {distance:.0%} of the rows.", chance)
    test.large = index >= thresholds.psi
    moved = statistics.wasserstein(np.array(known.grid), live, known.std)
    found.tests += [
        Test("psi", index, f"{_moved(index)}: {mean}.", None, thresholds.psi, index >= thresholds.psi, test),
        test,
        Test("wasserstein", moved, f"The {noun} moved by {moved:.2f} standard deviations on average."),
    ]
    if column.kind == "number":
        found.tests.append(_range(known, values.len(), live, column.rows, thresholds))
    shown = shares_of(live, known.shown_edges[1:-1])
    found.histogram = DriftHistogram(
        edges=known.shown_edges, labels=None, training=known.shown_shares, live=shown.tolist()
    )


def _range(
    known: Numbers,
    rows: int,
    live: "np.ndarray[Any, Any]",
    trained: int,
    limits: Thresholds,
) -> Test:
    outside = int(((live < known.least) | (live > known.most)).sum())
    words = f"{outside:,} of {live.size:,} lie beyond {known.least:.4g} to {known.most:.4g}, the range of training."
    chance = statistics.beyond_range(outside, live.size, trained) if outside else 1.0
    share = outside / max(rows, 1)
    return Test("range", share, words, chance, limits.out_of_range, share >= limits.out_of_range)


def _categories(found: Compared, values: "pl.Series", thresholds: Thresholds) -> None:
    import numpy as np

    column = found.column
    labels = labels_of(values)
    counts = {str(value): int(count) for value, count in labels.value_counts(sort=True, name="n").rows()}
    total, known = max(labels.len(), 1), [each.value for each in column.categories]
    shares = [each.share for each in column.categories]
    rest, complete = max(1 - sum(shares), 0.0), column.distinct <= len(known)
    others = {value: count for value, count in counts.items() if value not in set(known)}
    expected = np.array([*shares, rest])
    live = np.array([*(counts.get(value, 0) for value in known), sum(others.values())]) / total
    index = statistics.psi(expected, live, column.rows, total)
    pair = statistics.chi_square((expected * column.rows).tolist(), (live * total).tolist())
    strength, chance = pair or (0.0, 1.0)
    test = Test("chi_square", strength, "How strongly the shares depend on then and now (Cramér's V).", chance)
    test.large = index >= thresholds.psi
    found.tests += [
        Test("psi", index, f"{_moved(index)}: {_most(known, expected, live)}", None, thresholds.psi, test.large, test),
        test,
    ]
    if complete:  # else a rare value of training may be among the others
        found.new = list(others)[:SHOWN]
        found.tests.append(_new(column, others, total, thresholds))
    found.histogram = _bars(known, shares, live.tolist(), rest + live[-1] > 0, expected[-1])


def _new(column: Column, others: dict[str, int], total: int, thresholds: Thresholds) -> Test:
    rows = sum(others.values())
    names = ", ".join(f"“{value}”" for value in list(others)[:3])
    words = f"{rows:,} of {total:,} rows have values that training never saw, as {names}." if rows else "No new values."
    chance = statistics.unseen(rows, total, column.singletons, column.rows) if rows else 1.0
    return Test("new_values", rows / total, words, chance, thresholds.new_values, rows / total >= thresholds.new_values)


def _bars(known: list[str], shares: list[float], live: list[float], others: bool, rest: float) -> DriftHistogram:
    """Show the most frequent categories, and the others together."""
    labels, before, after = known[:SHOWN], shares[:SHOWN], live[: len(known)][:SHOWN]
    if others or len(known) > SHOWN:
        labels = [*labels, "…"]
        before = [*before, sum(shares[SHOWN:]) + rest]
        after = [*after, max(1 - sum(after), 0.0)]
    return DriftHistogram(edges=None, labels=labels, training=[float(each) for each in before], live=after)


def _most(known: list[str], expected: "np.ndarray[Any, Any]", live: "np.ndarray[Any, Any]") -> str:
    """Say which category changed most; the last share is that of all others."""
    names = [*(f"“{value}” was" for value in known), "other values were"]
    moves = [abs(after - before) for before, after in zip(expected, live, strict=True)]
    place = moves.index(max(moves))
    return f"{names[place]} {expected[place]:.1%}, now {live[place]:.1%}."


def _moved(index: float) -> str:
    return "Far from training" if index >= FAR else "Moved" if index >= MOVED else "As in training"


def _judged(compared: Compared, chances: dict[int, float], significance: float) -> ColumnDrift:
    tests = list(_tests(compared, chances, significance))
    column = compared.column
    drifted = [test for test in tests if test.drifted]
    score = next((test.statistic for test in tests if test.name == "psi"), 0.0)
    calm = compared.calm or next((test.words for test in tests if test.name == "psi"), "As in training.")
    return ColumnDrift(
        name=column.name,
        kind=column.kind,
        drifted=bool(drifted),
        score=score,
        message=" ".join(_sentences(drifted)) or calm,
        tests=tests,
        histogram=compared.histogram,
        missing_training=column.missing,
        missing_live=compared.missing,
        new_values=compared.new,
        importance=None,
    )


def _sentences(drifted: list[DriftTest]) -> Iterator[str]:
    """Say each thing once: the distance and its test are one finding."""
    for test in drifted:
        if test.name not in {"kolmogorov_smirnov", "chi_square"}:
            yield test.words


def _tests(compared: Compared, chances: dict[int, float], significance: float) -> Iterator[DriftTest]:
    for test in compared.tests:
        chance = chances.get(id(test))
        deciding = chances.get(id(test.by)) if test.by is not None else chance
        yield DriftTest(
            name=test.name,
            statistic=test.statistic,
            p_value=chance,
            threshold=test.threshold,
            drifted=test.large and deciding is not None and deciding < significance,
            words=f"{test.words}{_by_chance(chance)}"
            if test.name in {"kolmogorov_smirnov", "chi_square"}
            else test.words,
        )


def _by_chance(chance: float | None) -> str:
    if chance is None:
        return ""
    return " Hardly by chance (p < 0.0001)." if chance < CERTAIN else f" By chance with p = {chance:.2g}."
