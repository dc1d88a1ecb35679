"""What is odd about the target, and columns that give it away."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import JsonValue

from jupyter_mlstudio.wrangling.quality import suspected
from jupyter_mlstudio.wrangling.report.goal import CLASSES, OTHERS, Goal, plain_numbers
from jupyter_mlstudio.wrangling.report.mends import counted, drop, figure, insight, mend, said, share
from jupyter_mlstudio.wrangling.report.numbers import outlying_in, skewness
from jupyter_mlstudio.wrangling.report.power import Power
from jupyter_mlstudio.wrangling.report.reading import Reading
from jupyter_mlstudio.wrangling.report.types import Insight, Severity

if TYPE_CHECKING:
    pass

_IMBALANCED, _VERY_IMBALANCED = 0.1, 0.01
_RARE = 20
_CERTAIN = 0.98
_SKEWED = 3.0
_SIGNAL = 0.02
_SHOWN = 6
_MANY_WITHOUT = 0.05
_MAJORITY = 0.8


def target(reading: Reading, name: str, goal: Goal | str) -> list[Insight]:
    """Judge the target itself."""
    found = _without(reading, name)
    if isinstance(goal, str):
        text = f"{goal} Choose another target, or change it with a step."
        return [*found, insight("target", "high", f"“{name}” cannot be predicted as it is", text, [name])]
    if goal.problem == "numbers":
        return found + _numbers(reading, goal)
    return found + _balance(reading, goal) + _rare(reading, goal)


def _without(reading: Reading, name: str) -> list[Insight]:
    missing = reading.facts[name].missing
    if not missing:
        return []
    figures = [figure("Rows", missing, "count", "exact"), figure("Share", missing / reading.rows, "share", "exact")]
    text = "Nothing can be learned from rows without an answer. Fill it never; drop these rows for the training."
    mends = mend("Drop these rows", {"op": "drop_missing", "columns": [name]})
    title = f"{counted(missing, 'row has', 'rows have')} no “{name}”"
    severity: Severity = "high" if missing / reading.rows >= _MANY_WITHOUT else "medium"
    return [insight("target", severity, title, text, [name], figures, mends=mends)]


def _numbers(reading: Reading, goal: Goal) -> list[Insight]:
    skew = skewness(goal.y.astype(float))
    off = outlying_in(goal.column, plain_numbers(reading.sample[goal.column]), skew, reading)
    found = []
    if skew >= _SKEWED:
        step: dict[str, JsonValue] = {"op": "bend", "columns": [goal.column], "how": "log(1 + x)"}
        mends = mend("Take the logarithm", step) if float(goal.y.min()) >= 0 else ()
        text = (
            "A few very large values decide what a model learns with squared errors. "
            + ("Predict its logarithm, or use" if mends else "Use")
            + " a loss that minds them less."
        )
        figures = [figure("Skew", round(skew, 2), "number", reading.exactness)]
        found.append(
            insight(
                "skew",
                "medium",
                f"“{goal.column}”, the target, leans far to one side",
                text,
                [goal.column],
                figures,
                mends=mends,
            )
        )
    if off is not None:
        text = (
            f"The farthest is {off.farthest:,.6g}. A single wrong answer can decide the error of a whole "
            "model: look at them."
        )
        figures = [figure("Far off", off.share, "share", reading.exactness)]
        title = f"“{goal.column}”, the target, has outliers"
        found.append(
            insight("outliers", "low", title, text, [goal.column], figures, [f"{off.farthest:,.6g}"], [off.row])
        )
    return found


def _balance(reading: Reading, goal: Goal) -> list[Insight]:
    import numpy as np

    counts = np.bincount(goal.y.astype(int), minlength=len(goal.labels))
    shares = counts / counts.sum()
    most = int(np.argmax(counts))
    least = min((place for place, label in enumerate(goal.labels) if label != OTHERS), key=lambda place: counts[place])
    two = goal.problem == "binary"
    if shares[least] >= _IMBALANCED if two else shares[most] < _MAJORITY:
        return []
    severity: Severity = "high" if two and shares[least] < _VERY_IMBALANCED else "medium"
    figures = [
        figure(f"Least: {goal.labels[least]}", float(shares[least]), "share", reading.exactness),
        figure(f"Most: {goal.labels[most]}", float(shares[most]), "share", reading.exactness),
    ]
    text = (
        f"Always saying {goal.labels[most]} is right in {share(float(shares[most]))} of the rows, so "
        "accuracy says little: look at recall, precision or the area under the curve, weigh the classes, and keep "
        "their shares when splitting."
    )
    told = least if two else most
    title = f"“{goal.column}” is unbalanced: {share(float(shares[told]))} are {goal.labels[told]}"
    weights = mend("Weigh the classes", {"op": "class_weights", "column": goal.column})
    mends = weights + mend("Leave out rows of the larger class", {"op": "balance", "column": goal.column})
    return [insight("imbalance", severity, title, text, [goal.column], figures, mends=mends)]


def _rare(reading: Reading, goal: Goal) -> list[Insight]:
    import polars as pl

    classes = goal.present.group_by(goal.column).len().sort(["len", goal.column])
    factor = reading.rows / max(reading.sample.height, 1)
    rare = classes.filter(pl.col("len") * factor < _RARE)
    if classes.height <= 2 and not rare.height:  # noqa: PLR2004  # two classes
        return []
    found = []
    if rare.height:
        figures = [figure("Rare classes", rare.height, "count", reading.exactness)]
        values: list[JsonValue] = [_plain(value) for value in rare[goal.column].to_list()]
        text = (
            f"{rare.height:,} of {classes.height:,} classes {'stands' if rare.height == 1 else 'stand'} "
            f"in fewer than {_RARE} rows: too few to learn them and to test it."
        )
        step: dict[str, JsonValue] = {
            "op": "filter",
            "keep": "others",
            "conditions": [{"column": goal.column, "test": "in", "values": values}],
        }
        title = f"“{goal.column}” has rare classes"
        mends = mend("Leave out these rows", step) if rare.height < classes.height - 1 else ()
        if reading.facts[goal.column].role == "text":
            mends += mend("Put them together as “other”", _grouped(reading, goal.column))
        found.append(
            insight(
                "rare classes",
                "medium",
                title,
                text,
                [goal.column],
                figures,
                rare[goal.column].head(5).to_list(),
                mends=mends,
            )
        )
    if classes.height > CLASSES:
        text = (
            f"The report tells the {CLASSES} most frequent apart and takes the others together. Fewer, "
            "larger classes are learned better."
        )
        figures = [figure("Classes", classes.height, "count", reading.exactness)]
        found.append(
            insight("target", "low", f"“{goal.column}” has {classes.height:,} classes", text, [goal.column], figures)
        )
    return found


def _grouped(reading: Reading, name: str) -> dict[str, JsonValue]:
    known = reading.rows - reading.facts[name].missing
    return {"op": "group_rare", "columns": [name], "share": min(_RARE / max(known, 1), 0.5)}


def _plain(value: object) -> JsonValue:
    return value if isinstance(value, (bool, int, float, str)) else str(value)


def leaking(reading: Reading, goal: Goal, powers: Mapping[str, Power]) -> list[Insight]:
    """Find columns that give the target away."""
    found: list[tuple[float, Insight]] = []
    together: list[tuple[str, float]] = []
    for name, power in powers.items():
        suspicion = suspected(goal, name, power, reading.sample)
        if suspicion is None:
            continue
        if suspicion.together:
            together.append((name, suspicion.score))
            continue
        figures = [figure("Power alone", suspicion.score, "score", reading.exactness)]
        severity: Severity = "high" if suspicion.score >= _CERTAIN else "medium"
        title = f"“{name}” {'gives' if severity == 'high' else 'may give'} “{goal.column}” away"
        text = f"{suspicion.reason} If not, a model is brilliant in tests and useless when it counts."
        found.append((suspicion.score, insight("leak", severity, title, text, [name], figures, mends=drop([name]))))
    ordered = [each for _, each in sorted(found, key=lambda pair: -pair[0])]
    return ordered + ([_missing_together(goal.column, together, reading)] if together else [])


def _missing_together(target: str, found: list[tuple[str, float]], reading: Reading) -> Insight:
    names = [name for name, _ in found]
    figures = [figure(name, part, "share", reading.exactness) for name, part in found[:_SHOWN]]
    text = (
        "They seem to be written down at the same time, after what is to be predicted has happened. "
        "Are they known before? If not, a model is brilliant in tests and useless when it counts."
    )
    title = f"{said(names)} {'is' if len(names) == 1 else 'are'} missing where “{target}” is"
    return insight("leak", "medium", title, text, names, figures, mends=drop(names))


def silent(goal: Goal, powers: Mapping[str, Power], reading: Reading) -> list[Insight]:
    """Tell if no column says anything about the target."""
    best = max((power.power for power in powers.values()), default=0.0)
    if best >= _SIGNAL:
        return []
    figures = [figure("Best power alone", best, "score", reading.exactness)]
    text = (
        "Alone, none is better than guessing. Perhaps they tell something together: see the quick model. "
        "Or the column that matters is not in this table."
    )
    return [
        insight("no signal", "high", f"No column tells anything about “{goal.column}”", text, [goal.column], figures)
    ]
