"""How good the answers were, once it is known what was right."""

import math
from typing import TYPE_CHECKING, Any, Literal

from jupyter_mlstudio.monitoring import captured
from jupyter_mlstudio.monitoring.findings import ModelQuality, QualityWindow
from jupyter_mlstudio.monitoring.profiles import Baseline
from jupyter_mlstudio.monitoring.tables import kind_of, labels_of

if TYPE_CHECKING:
    import polars as pl

PIECES, LEAST_PIECE = 12, 20
LESS_IS_BETTER = ("mae", "rmse")
TRUTH = "__truth__"


def quality(
    rows: "pl.DataFrame", truth: "pl.DataFrame", baseline: Baseline | None, limits: dict[Any, float]
) -> ModelQuality | None:
    """Measure the answers to rows against the truth; None if no id of the rows has one."""
    import polars as pl

    joined = rows.join(truth.rename({"truth": TRUTH}), on="id", how="inner").sort("at")
    classes = baseline.classes if baseline is not None else []
    answers = captured.answers(joined, classes)
    if not joined.height or answers is None:
        return None
    joined = joined.with_columns(answers.alias("__answer__")).filter(
        pl.col("__answer__").is_not_null() & pl.col(TRUTH).is_not_null()
    )
    if not joined.height:
        return None
    problem = (baseline.problem if baseline is not None else None) or _problem(joined)
    whole = measured(joined, problem, classes)
    below = [name for name, limit in limits.items() if name in whole and _worse(name, whole[name], limit)]
    return ModelQuality(
        problem=problem,
        rows=joined.height,
        metrics=whole,
        below=below,
        windows=_windows(joined, problem, classes),
        message=_message(joined.height, whole, below, limits),
    )


def measured(
    joined: "pl.DataFrame", problem: Literal["classification", "regression"], classes: list[str]
) -> dict[str, float]:
    """Return the metrics of a kind of problem; those that make no sense for these rows are left out."""
    found = _regression(joined) if problem == "regression" else _classification(joined, classes)
    return {name: float(value) for name, value in found.items() if math.isfinite(value)}


def _problem(joined: "pl.DataFrame") -> Literal["classification", "regression"]:
    return "regression" if kind_of(joined[TRUTH]) == "number" else "classification"


def _regression(joined: "pl.DataFrame") -> dict[str, float]:
    import polars as pl

    pair = joined.select(
        pl.col(TRUTH).cast(pl.Float64, strict=False).alias("truth"),
        pl.col("__answer__").cast(pl.Float64, strict=False).alias("answer"),
    ).drop_nulls()
    if not pair.height:
        return {}
    truth, error = pair["truth"].to_numpy(), (pair["answer"] - pair["truth"]).to_numpy()
    spread = float(((truth - truth.mean()) ** 2).sum())
    squares = float((error**2).sum())
    r2 = 1 - squares / spread if spread > 0 else math.nan
    return {"mae": float(abs(error).mean()), "rmse": math.sqrt(squares / len(error)), "r2": r2}


def _classification(joined: "pl.DataFrame", classes: list[str]) -> dict[str, float]:
    from sklearn.metrics import f1_score

    truth, answer = labels_of(joined[TRUTH]).to_numpy(), labels_of(joined["__answer__"]).to_numpy()
    found = {"accuracy": float((truth == answer).mean())}
    found["f1"] = float(f1_score(truth, answer, average="macro", zero_division=0))
    auc = _auc(joined, truth, classes)
    return found if auc is None else {**found, "auc": auc}


def _auc(joined: "pl.DataFrame", truth: Any, classes: list[str]) -> float | None:
    """Return the area under the curve, of more than two classes the mean of one against the rest."""
    from sklearn.metrics import roc_auc_score

    chances = captured.probabilities(joined, classes)
    if chances is None or set(truth) != set(classes) or chances.null_count().sum_horizontal().item():
        return None
    two = len(classes) == 2  # noqa: PLR2004  # yes and no
    scores = chances.to_numpy()[:, 1] if two else chances.to_numpy()
    return float(
        roc_auc_score(truth == classes[1] if two else truth, scores, multi_class="ovr", labels=None if two else classes)
    )


def _windows(
    joined: "pl.DataFrame", problem: Literal["classification", "regression"], classes: list[str]
) -> list[QualityWindow]:
    """Cut the rows into pieces of as many rows each, so that each number is worth as much."""
    pieces = max(min(PIECES, joined.height // LEAST_PIECE), 1)
    size = math.ceil(joined.height / pieces)
    found = []
    for start in range(0, joined.height, size):
        piece = joined.slice(start, size)
        metrics = measured(piece, problem, classes)
        ends = (piece["at"][0], piece["at"][-1])
        found.append(QualityWindow(begins=ends[0], ends=ends[1], rows=piece.height, metrics=metrics))
    return found


def _worse(name: str, value: float, limit: float) -> bool:
    return value > limit if name in LESS_IS_BETTER else value < limit


def _message(rows: int, metrics: dict[str, float], below: list[str], limits: dict[Any, float]) -> str:
    told = ", ".join(f"{name} {value:.4g}" for name, value in metrics.items())
    words = f"{told} on {rows:,} row{'s' * (rows != 1)} with truth."
    if below:
        asked = ", ".join(
            f"{name} {'at most' if name in LESS_IS_BETTER else 'at least'} {limits[name]:.4g}" for name in below
        )
        words += f" Asked for: {asked}."
    return words
