"""Bias in the data before any model is trained, by SageMaker Clarify's metrics of the same names.

Definitions: “Measure Pre-training Bias” in the developer guide of Amazon SageMaker,
https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-measure-data-bias.html. Throughout, `d` is the facet that may be
disadvantaged and `a` the rest; logarithms are natural.
"""

from collections.abc import Mapping
from math import inf, log, sqrt
from typing import TYPE_CHECKING, NamedTuple

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.report.mends import share
from jupyter_mlstudio.wrangling.report.types import BiasGroup, BiasMetric, BiasReport, Severity
from jupyter_mlstudio.wrangling.writing import require, role_of, typed

if TYPE_CHECKING:
    import polars as pl

_OUTCOMES = 100
"""A target with more values is compared as wished for or not."""
_SHOWN = 3
_SLIGHT, _STRONG = 0.1, 0.3


class Counts(NamedTuple):
    """Rows of one part of a table: of the facet and of the others, with the outcome that is wished for and without."""

    facet_yes: int
    facet_no: int
    others_yes: int
    others_no: int

    @property
    def facet(self) -> int:
        """Rows of the facet."""
        return self.facet_yes + self.facet_no

    @property
    def others(self) -> int:
        """Rows of all others."""
        return self.others_yes + self.others_no

    @property
    def total(self) -> int:
        """All rows."""
        return self.facet + self.others


Outcomes = list[tuple[float, float]]
"""For each outcome its share among the others, and its share in the facet."""


def class_imbalance(counts: Counts) -> float:
    """CI = (n_a - n_d) / (n_a + n_d)."""
    return (counts.others - counts.facet) / counts.total


def label_difference(counts: Counts) -> float:
    """DPL = q_a - q_d, where q is the share of positive outcomes."""
    return counts.others_yes / counts.others - counts.facet_yes / counts.facet


def kullback_leibler(outcomes: Outcomes) -> float:
    """KL(P_a || P_d): the sum of P_a log(P_a / P_d); infinite if the facet never has an outcome that others have."""
    if any(a > 0 and d == 0 for a, d in outcomes):
        return inf
    return sum(a * log(a / d) for a, d in outcomes if a > 0)


def jensen_shannon(outcomes: Outcomes) -> float:
    """JS = (KL(P_a || P) + KL(P_d || P)) / 2, where P is the mean of both."""
    middle = [(a + d) / 2 for a, d in outcomes]
    first = kullback_leibler([(a, m) for (a, _), m in zip(outcomes, middle, strict=True)])
    second = kullback_leibler([(d, m) for (_, d), m in zip(outcomes, middle, strict=True)])
    return (first + second) / 2


def norm(outcomes: Outcomes) -> float:
    """LP with p = 2: the root of the sum of (P_a - P_d)²."""
    return sqrt(sum((a - d) ** 2 for a, d in outcomes))


def total_variation(outcomes: Outcomes) -> float:
    """TVD: half the sum of |P_a - P_d|."""
    return sum(abs(a - d) for a, d in outcomes) / 2


def kolmogorov_smirnov(outcomes: Outcomes) -> float:
    """KS: the largest |P_a - P_d| of any outcome."""
    return max(abs(a - d) for a, d in outcomes)


def demographic_disparity(counts: Counts) -> float:
    """DD: the facet's share of the rows that are not positive, less its share of those that are; 0 if none."""
    no, yes = counts.facet_no + counts.others_no, counts.facet_yes + counts.others_yes
    return (counts.facet_no / no if no else 0.0) - (counts.facet_yes / yes if yes else 0.0)


def conditional_disparity(groups: Mapping[str, Counts]) -> float:
    """CDDL: the mean of DD over the subgroups, weighted by their rows."""
    total = sum(counts.total for counts in groups.values())
    return sum(counts.total * demographic_disparity(counts) for counts in groups.values()) / total


def bias_of(table: "pl.LazyFrame", facet: BiasGroup, positive: BiasGroup, group: str = "") -> BiasReport:
    """Measure how differently a facet is treated, over all rows with both facet and target.

    Raises:
        InvalidError: A column or value does not exist, or everybody or nobody belongs to the facet.
    """
    import polars as pl

    schema = table.collect_schema()
    require([facet.column, positive.column, *([group] if group else [])], schema)
    if facet.column == positive.column:
        raise InvalidError("facet: choose another column than the target.")
    chosen = table.select(
        facet=_belongs(facet, schema, "facet"),
        positive=_belongs(positive, schema, "positive"),
        outcome=pl.col(positive.column).cast(pl.String),
        group=pl.col(group).cast(pl.String).fill_null("") if group else pl.lit(""),
    ).drop_nulls(["facet", "positive"])
    counted = chosen.group_by("facet", "positive", "outcome", "group").len().collect(engine="streaming")
    counts = _counts(counted)
    if not counts.facet or not counts.others:
        raise InvalidError(f"facet: {'no row' if not counts.facet else 'every row'} is one where {_said(facet)}.")
    return BiasReport(
        facet=_said(facet),
        positive=_said(positive),
        rows=counts.total,
        members=counts.facet,
        positives=(counts.facet_yes / counts.facet, counts.others_yes / counts.others),
        items=tuple(_metrics(counts, _outcomes(counted, counts), _by_group(counted) if group else None, facet, group)),
    )


def _belongs(group: BiasGroup, schema: "Mapping[str, pl.DataType]", field: str) -> "pl.Expr":
    import polars as pl

    dtype = schema[group.column]
    if group.above is not None:
        if role_of(dtype) != "number":
            raise InvalidError(
                f"{field}: “{group.column}” holds {dtype}, so nothing is above {group.above:g}. Give values."
            )
        return pl.col(group.column) > group.above
    if not group.values:
        raise InvalidError(f"{field}: give the values that count, or the number to be above.")
    values = [typed(value, dtype, field) for value in group.values]
    column = pl.col(group.column).cast(pl.String) if role_of(dtype) == "text" else pl.col(group.column)
    return column.is_in(values)


def _said(group: BiasGroup) -> str:
    if group.above is not None:
        return f"{group.column} is above {group.above:g}"
    listed = [str(value) for value in group.values[:_SHOWN]] + ["…"] * (len(group.values) > _SHOWN)
    return f"{group.column} is {' or '.join(listed)}"


def _counts(counted: "pl.DataFrame") -> Counts:
    import polars as pl

    def number(facet: bool, positive: bool) -> int:
        return int(counted.filter((pl.col("facet") == facet) & (pl.col("positive") == positive))["len"].sum())

    return Counts(number(True, True), number(True, False), number(False, True), number(False, False))


def _by_group(counted: "pl.DataFrame") -> dict[str, Counts]:
    return {str(name): _counts(rows) for (name,), rows in counted.partition_by("group", as_dict=True).items()}


def _outcomes(counted: "pl.DataFrame", counts: Counts) -> Outcomes:
    """Compare the distributions of the target, or of wished for and not if it has too many values."""
    import polars as pl

    key = "outcome" if counted["outcome"].n_unique() <= _OUTCOMES else "positive"
    in_facet = pl.col("len").filter(pl.col("facet")).sum() / counts.facet
    in_others = pl.col("len").filter(~pl.col("facet")).sum() / counts.others
    return counted.group_by(key, maintain_order=True).agg(a=in_others, d=in_facet).select("a", "d").rows()


def _metrics(
    counts: Counts, outcomes: Outcomes, groups: dict[str, Counts] | None, facet: BiasGroup, group: str
) -> list[BiasMetric]:
    members, rows = f"{counts.facet:,}", f"{counts.total:,}"
    wished, others = share(counts.facet_yes / counts.facet), share(counts.others_yes / counts.others)
    size = f"Where {_said(facet)} there are {members} of {rows} rows. At 1 there would be none, at -1 only these."
    differ = f"{wished} of the group have the outcome that is wished for, and {others} of the others."
    apart = "0 if the outcomes of both are distributed the same."
    items = [
        _metric("CI", "Class imbalance", class_imbalance(counts), (-1, 1), size),
        _metric("DPL", "Difference in proportions of labels", label_difference(counts), (-1, 1), differ),
        _metric("KL", "Kullback-Leibler divergence", kullback_leibler(outcomes), (0, None), apart),
        _metric("JS", "Jensen-Shannon divergence", jensen_shannon(outcomes), (0, log(2)), apart),
        _metric("LP", "Lp-norm, p = 2", norm(outcomes), (0, sqrt(2)), apart),
        _metric(
            "TVD",
            "Total variation distance",
            total_variation(outcomes),
            (0, 1),
            f"{apart} The share of rows that would have to change.",
        ),
        _metric(
            "KS",
            "Kolmogorov-Smirnov",
            kolmogorov_smirnov(outcomes),
            (0, 1),
            f"{apart} The largest difference of any outcome.",
        ),
    ]
    return [*items, _conditional(groups, group)]


def _conditional(groups: dict[str, Counts] | None, group: str) -> BiasMetric:
    title = "Conditional demographic disparity in labels"
    if groups is None:
        text = (
            "Choose a column to compare within, such as a department: then differences between its values do not count."
        )
        return BiasMetric(name="CDDL", title=title, value=None, least=-1, most=1, text=text, severity=None)
    value = conditional_disparity(groups)
    verb = "more" if value > 0 else "less"
    text = (
        f"Within each of {len(groups)} values of “{group}”, the group stands {verb} often among the "
        "outcomes that are not wished for."
    )
    return _metric("CDDL", title, value, (-1, 1), text)


def _metric(name: str, title: str, value: float, range: tuple[float, float | None], text: str) -> BiasMetric:
    known = None if value == inf else round(value, 6)
    said = "Infinite: the group never has an outcome that others have." if known is None else text
    size = 1.0 if known is None else abs(known)
    severity: Severity | None = "high" if size >= _STRONG else "medium" if size >= _SLIGHT else None
    if name == "CI" and severity == "high":
        severity = "medium"  # a small group alone is no injustice
    return BiasMetric.model_validate(
        {
            "name": name,
            "title": title,
            "value": known,
            "least": range[0],
            "most": range[1],
            "text": said,
            "severity": severity,
        }
    )
