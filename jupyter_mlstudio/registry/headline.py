"""Which metric stands for a version, and whether more of it is better."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

Better = Literal["higher", "lower"]

USUAL = (
    "roc_auc", "auc", "average_precision", "f1", "f1_score", "accuracy", "balanced_accuracy", "r2", "r2_score",
    "rmse", "mae", "mape", "mse", "log_loss", "loss",
)  # fmt: skip
"""What people look at first, in this order."""

LATER = ("test", "holdout", "eval", "val", "valid", "validation", "cv", "")
"""Of one metric on several parts of the data, the part that says most."""

SMALL = re.compile(
    r"(?:^|[_\W])(?:loss|logloss|error|err|rmse|mse|mae|mape|smape|rmsle|deviance|perplexity|brier|latency|time|seconds|ece|fpr|fnr)"
    r"(?:$|[_\W])"
)


def better(metric: str) -> Better:
    """Guess from its name whether a metric should be high or low."""
    return "lower" if SMALL.search(metric.lower()) else "higher"


def headline(metrics: Mapping[str, float]) -> str | None:
    """Return the metric that stands for the others; None without metrics."""
    plain = {_plain(name): name for name in sorted(metrics, reverse=True)}
    for usual in USUAL:
        for part in LATER:
            for wanted in (f"{part}_{usual}", f"{usual}_{part}") if part else (usual,):
                if wanted in plain:
                    return plain[wanted]
    return min(metrics, default=None)


def common_headline(versions: Sequence[Mapping[str, float]]) -> str | None:
    """Return the metric that most of some versions have, the usual ones first."""
    counts: dict[str, int] = {}
    for metrics in versions:
        for name in metrics:
            counts[name] = counts.get(name, 0) + 1
    most = max(counts.values(), default=0)
    return headline({name: 0.0 for name, count in counts.items() if count == most})


def _plain(name: str) -> str:
    return re.sub(r"\W", "_", name.lower())
