"""What the answers depend on, then and now, found without running the model: that would be running user code here.

A small forest learns to answer as the model did, once from the sample of the training data with the model's answers
then, once from the captured rows; how much worse it becomes when a column is shuffled is the column's importance
(Breiman 2001). The orders are compared by NDCG, as SageMaker's monitor does with its attributions.
"""

from typing import TYPE_CHECKING, Any

from jupyter_mlstudio.monitoring import statistics
from jupyter_mlstudio.monitoring.findings import AttributionDrift, AttributionItem
from jupyter_mlstudio.monitoring.tables import kind_of, labels_of

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

LEAST_ROWS, MOST_ROWS = 200, 2000
TREES, DEPTH, TIMES, MOST_SHUFFLED = 30, 8, 3, 600
FAITHFUL = 0.3
"""How much of the answers the forest must explain, or else its importances say nothing."""
METHOD = (
    "A forest that imitates the model's answers, on training rows and on live rows; importance by shuffling a column."
)


def attribution(
    sample: "pl.DataFrame | None",
    answers: "pl.Series | None",
    live: "pl.DataFrame",
    live_answers: "pl.Series | None",
    threshold: float,
) -> AttributionDrift | str:
    """Compare importances; a sentence if they cannot be."""
    if sample is None or answers is None:
        return "No training rows with the model's answers were kept, so importances cannot be compared."
    if live_answers is None:
        return "The answers are none that could be imitated."
    columns = [name for name in sample.columns if name in live.columns and _fits(sample[name])]
    if len(columns) < 2:  # noqa: PLR2004  # an order needs two
        return "There are not two columns whose importance could be compared."
    if min(sample.height, live.height) < LEAST_ROWS:
        return f"Importances need {LEAST_ROWS} rows on both sides; there are {min(sample.height, live.height)}."
    before = _importances(sample, answers, columns)
    after = _importances(live.tail(MOST_ROWS), live_answers.tail(MOST_ROWS), columns)
    if before is None or after is None:
        return "The answers could not be imitated well enough to say what they depend on."
    return _found(columns, before, after, threshold)


def _found(
    columns: list[str], before: "np.ndarray[Any, Any]", after: "np.ndarray[Any, Any]", threshold: float
) -> AttributionDrift:
    agreement = statistics.ndcg(before, after)
    pairs = sorted(zip(columns, before.tolist(), after.tolist(), strict=True), key=lambda each: -each[1])
    items = [AttributionItem(column=name, training=then, live=now) for name, then, now in pairs]
    moved = max(items, key=lambda item: abs(item.live - item.training))
    drifted = agreement < threshold
    words = (
        f"“{moved.column}” had {moved.training:.0%} of the importance, now it has {moved.live:.0%}."
        if drifted
        else "The answers depend on the same columns as in training."
    )
    return AttributionDrift(method=METHOD, ndcg=agreement, drifted=drifted, items=items, message=words)


def _fits(column: "pl.Series") -> bool:
    return kind_of(column) in {"number", "category", "boolean"}


def _importances(table: "pl.DataFrame", answers: "pl.Series", columns: list[str]) -> "np.ndarray[Any, Any] | None":
    import numpy as np
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

    known = answers.is_not_null().to_numpy()
    inputs = np.column_stack([_codes(table[name]) for name in columns])[known]
    numbers = kind_of(answers) == "number"
    target = (answers.drop_nulls() if numbers else labels_of(answers)).to_numpy()
    if len(target) != len(inputs) or len(set(target.tolist())) < 2:  # noqa: PLR2004  # always the same answer
        return None
    kind = ExtraTreesRegressor if numbers else ExtraTreesClassifier
    forest = kind(n_estimators=TREES, max_depth=DEPTH, random_state=0, n_jobs=1).fit(inputs[::2], target[::2])
    found = _shuffled(forest, inputs[1::2][:MOST_SHUFFLED], target[1::2][:MOST_SHUFFLED])
    return None if found is None or found.sum() <= 0 else found / found.sum()


def _shuffled(
    forest: Any, inputs: "np.ndarray[Any, Any]", target: "np.ndarray[Any, Any]"
) -> "np.ndarray[Any, Any] | None":
    """Return how much each column is worth, on rows that the forest has not seen; None if it cannot imitate."""
    import numpy as np

    rng = np.random.default_rng(0)
    whole = float(forest.score(inputs, target))
    chance = max(np.unique(target, return_counts=True)[1]) / len(target) if hasattr(forest, "classes_") else 0.0
    if whole - chance < FAITHFUL * (1 - chance):
        return None
    lost = np.zeros(inputs.shape[1])
    for place in range(inputs.shape[1]):
        mixed = np.concatenate([inputs] * TIMES)
        mixed[:, place] = np.concatenate([rng.permutation(inputs[:, place]) for _ in range(TIMES)])
        lost[place] = whole - forest.score(mixed, np.concatenate([target] * TIMES))
    return np.clip(lost, 0.0, None)


def _codes(column: "pl.Series") -> "np.ndarray[Any, Any]":
    """Write a column as numbers; categories by how frequent they are, which is the same on both sides up to chance."""
    import numpy as np
    import polars as pl

    if column.dtype.is_numeric():
        codes = column.cast(pl.Float64).to_numpy()
        return np.asarray(np.nan_to_num(codes, nan=-1e9, posinf=1e9, neginf=-1e9))
    texts = column.cast(pl.String)
    order = {value: place for place, value in enumerate(sorted(set(texts.drop_nulls().to_list())))}
    return texts.replace_strict(order, default=-1, return_dtype=pl.Float64).fill_null(-1.0).to_numpy()
