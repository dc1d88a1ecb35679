"""Which columns a model of trees gains from, beside what it gains from them when the target is shuffled."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from jupyter_mlstudio.wrangling.report.goal import Goal
from jupyter_mlstudio.wrangling.report.model import Features, features, few_threads

if TYPE_CHECKING:
    from jupyter_mlstudio.wrangling.report.goal import Codes, Numbers

TREES = 40
_CLASSES = 5
_TREES_OF_CLASSES = 15
_SURE = 3.0
"""Standard deviations above the mean of the shuffled targets that a gain has to be."""


class Gain(NamedTuple):
    """What a column brings, as a share of the gain in the model with the true target."""

    share: float
    threshold: float
    """What shuffled targets reach; 0 if none were tried."""

    @property
    def real(self) -> bool:
        """Whether it is more than chance gives."""
        return self.share > self.threshold


def gains_of(
    goal: Goal, names: Sequence[str], shuffles: int, seed: int, tell: Callable[[float], None] = lambda _: None
) -> dict[str, Gain]:
    """Train on the true target and on shuffled ones, and compare the gains of each column."""
    import numpy as np

    rows = np.arange(goal.present.height)
    made = features(goal.present, names, rows)
    if not made.names:
        return dict.fromkeys(names, Gain(0.0, 0.0))
    random = np.random.default_rng(seed)
    true = _gains(goal, made, goal.y, seed)
    nulls = []
    for round in range(shuffles):  # noqa: A001  # what it is
        tell(round / shuffles)
        nulls.append(_gains(goal, made, random.permutation(goal.y), seed + round))
    total = sum(true.values()) or 1.0
    found = {}
    for name in names:
        chance = np.array([null.get(name, 0.0) for null in nulls]) if nulls else np.zeros(1)
        limit = max(float(chance.max()), float(chance.mean() + _SURE * chance.std()))
        found[name] = Gain(true.get(name, 0.0) / total, limit / total)
    return found


def model_for(goal: Goal, made: Features, seed: int) -> Any:
    """Make a small untrained model of trees."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    kind = HistGradientBoostingRegressor if goal.problem == "numbers" else HistGradientBoostingClassifier
    trees = _TREES_OF_CLASSES if len(goal.labels) > _CLASSES else TREES
    return kind(
        max_iter=trees, learning_rate=0.2, random_state=seed, early_stopping=False,
        categorical_features=made.categorical if any(made.categorical) else None,
    )  # fmt: skip


def _gains(goal: Goal, made: Features, y: "Numbers | Codes", seed: int) -> dict[str, float]:
    model = model_for(goal, made, seed)
    with few_threads(len(y)):
        model.fit(made.values, y)
    return added(model, made)


def added(model: Any, made: Features) -> dict[str, float]:
    """Sum the gain of all splits of each column; scikit-learn keeps them in the nodes of its trees."""
    import numpy as np

    totals = np.zeros(len(made.names))
    for trees in model._predictors:
        for tree in trees:
            splits = tree.nodes[tree.nodes["is_leaf"] == 0]
            np.add.at(totals, splits["feature_idx"].astype(int), np.maximum(splits["gain"], 0))
    found = dict.fromkeys(made.names, 0.0)
    for name, total in zip(made.names, totals, strict=True):
        found[name] += float(total)
    return found
