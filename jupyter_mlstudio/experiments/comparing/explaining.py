"""Ranks what changed between two runs by how likely it moved the metric."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from jupyter_mlstudio.experiments.comparing.causes import Cause
from jupyter_mlstudio.experiments.comparing.evidence import Evidence, Others, finite
from jupyter_mlstudio.experiments.comparing.types import Explanation
from jupyter_mlstudio.experiments.types import Run, Value

STRONG, WEAK = 5.0, 0.06
"""By what factor a param counts at most more, or less, for what other runs tell of it."""

TOLD = 0.5
"""How much must have been learned from other runs for a sentence about them."""

LEAST = 0.15
"""What everything else still counts where params explain the whole gap."""

COST = re.compile(r"second|time|duration|^system/|memory|(^|_)(rows|size|epoch|step)s?$", re.IGNORECASE)
"""Metrics that tell what a run cost rather than how good it is: explained only if there is no other."""

LISTED = 60


class Gap(NamedTuple):
    """What is to be explained: a metric of both runs."""

    metric: str
    one: float
    other: float

    @property
    def size(self) -> float:
        """By how much it moved."""
        return self.other - self.one


def largest_gap(one: Run, other: Run, spreads: Mapping[str, float | None], wanted: str | None) -> Gap | None:
    """Choose the metric that moved most, measured by how it varies over the experiment; or take the one wanted."""
    before, after = ({metric.name: finite(metric.value) for metric in run.metrics} for run in (one, other))
    gaps = [
        Gap(name, old, new)
        for name, old in before.items()
        if old is not None and (new := after.get(name)) is not None and wanted in (None, name)
    ]
    return max(gaps, key=lambda gap: (not COST.search(gap.metric), _moved(gap, spreads.get(gap.metric))), default=None)


def _moved(gap: Gap, spread: float | None) -> float:
    scale = spread or max(abs(gap.one), abs(gap.other)) or 1.0
    return abs(gap.size) / scale


def explained(causes: Iterable[Cause], gap: Gap | None, others: Others | None) -> list[Explanation]:
    """Put causes into an order, the likeliest first, with weights that add up to 1."""
    weighed = list(causes)
    if gap is not None and others is not None and gap.size:
        weighed = _weighed(weighed, gap, others)
    total = sum(cause.weight for cause in weighed)
    ordered = sorted(weighed, key=lambda cause: (-cause.weight, cause.kind, cause.name))
    return [
        Explanation(
            kind=cause.kind,
            name=cause.name,
            sentence=cause.sentence,
            reason=cause.reason,
            weight=round(cause.weight / total, 4) if total else 0.0,
            section=cause.section,
        )
        for cause in ordered[:LISTED]
    ]


def _weighed(causes: list[Cause], gap: Gap, others: Others) -> list[Cause]:
    """Let other runs speak: for or against params, and with those for or against all that is no param."""
    both = {cause.name: cause.values for cause in causes if cause.values is not None}
    before, after = ({name: values[side] for name, values in both.items()} for side in (0, 1))
    known = others.learned(before, after)
    told = sum(max(0.0, min(1.0, each.effect / gap.size)) * each.sure for each in known.values())
    rest = max(LEAST, 1.0 - min(told, 1.0))
    return [
        _by_others(cause, known[cause.name], gap)
        if cause.kind == "param" and cause.name in known
        else cause.scaled(rest if cause.kind != "param" else 1.0, "")
        for cause in causes
    ]


def _by_others(cause: Cause, evidence: Evidence, gap: Gap) -> Cause:
    factor = max(WEAK, min(STRONG, evidence.factor(gap.size)))
    return cause.scaled(factor, _words(evidence, gap) if evidence.sure >= TOLD else "")


def _words(evidence: Evidence, gap: Gap) -> str:
    if abs(evidence.effect) < max(abs(gap.size) * 0.15, evidence.doubt):
        return f"In other runs {gap.metric} hardly moved with it."
    return f"By other runs such a change moves {gap.metric} by about {evidence.effect:+.2g}."


def shown(value: Value) -> str:
    """Write a value as people read it."""
    return f"{value:.5g}" if isinstance(value, float) else "" if value is None else str(value)
