"""Small trainings, written as the cells of a notebook, that can be made in many ways; every one can be measured."""

import io
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random
from typing import Any

import numpy as np
import pandas as pd

ROWS = 420

FEATURES = {
    "plain": 'frame["spread"] = frame["x0"] - frame["x1"]',
    "product": 'frame["spread"] = frame["x0"] * frame["x1"]',
    "none": 'frame["spread"] = 0.0',
}
CLEANING = {
    "cut": 'frame = frame[frame["x2"] < 2.5]',
    "keep": 'frame = frame[frame["x2"] < 99]',
    "clip": 'frame["y"] = frame["y"].clip(-1.0, 1.0)',
}
TARGET = {
    "as is": 'target = frame["y"]',
    "rounded": 'target = frame["y"].round(0)',
    "log": 'target = np.log1p(frame["y"].abs())',
}
LOOKS = (
    "print(frame.head())",
    "print(frame.describe())  # how it looks",
    "frame.hist(bins=20)",
    'print("rows", len(frame))',
    "# nothing to see here\nprint(frame.dtypes)",
)
SOURCES = ("base", "noisy", "short", "shifted", "longer")
"""The data: as they are; with wrong values in a column; a third of the rows; another scale; two rows more."""

STEPS: dict[str, list[dict[str, Any]]] = {
    "filled": [{"op": "fill_missing", "columns": ["x3"], "with": "median"}, {"op": "drop_duplicates"}],
    "zero": [{"op": "fill_missing", "columns": ["x3"], "with": "zero"}, {"op": "drop_duplicates"}],
    "dropped": [{"op": "drop_columns", "columns": ["x3"]}, {"op": "drop_duplicates"}],
}
FITTING = {"1.4.2": 1.0, "2.0.0": 40.0}
"""What the library `tabfit` shrinks by, by version: its default has changed."""

IDLE = ("verbose", "n_jobs", "run_label", "output_dir", "seed")


@dataclass(frozen=True)
class Recipe:
    """How a run is made."""

    params: dict[str, Any]
    features: str = "plain"
    cleaning: str = "cut"
    target: str = "as is"
    source: str = "base"
    steps: str = "filled"
    tabfit: str = "1.4.2"
    look: int = 0
    comment: str = ""
    packages: dict[str, str] = field(default_factory=dict)

    def cells(self) -> list[str]:
        """Return the cells of the notebook."""
        params = "\n".join(f"{name} = {value!r}" for name, value in self.params.items())
        return [
            "import numpy as np\nimport pandas as pd\nimport tabfit",
            params,
            "frame = load()" + (f"  # {self.comment}" if self.comment else ""),
            CLEANING[self.cleaning],
            LOOKS[self.look],
            FEATURES[self.features],
            TARGET[self.target],
            "model = tabfit.fit(frame.drop(columns='y'), target, model, depth, alpha, neighbours, rate)",
            "score = tabfit.score(model)",
        ]


def base(random: Random) -> Recipe:
    """Return a way to begin with."""
    params: dict[str, Any] = {
        "model": random.choice(["tree", "ridge", "nearest"]),
        "depth": random.choice([3, 4, 6]),
        "alpha": random.choice([0.5, 1.0, 2.0]),
        "neighbours": random.choice([5, 7, 9]),
        "rate": round(random.uniform(0.08, 0.12), 4),
        "verbose": 0,
        "n_jobs": 1,
        "run_label": "first",
        "output_dir": "out/1",
        "seed": 0,
    }
    packages = {"numpy": "2.4.6", "pandas": "3.0.1", "matplotlib": "3.10.1", "tqdm": "4.67.0", "rich": "14.0.0"}
    return Recipe(params, packages=packages)


@cache
def _table(source: str) -> str:
    random = np.random.default_rng(7)
    frame = pd.DataFrame({f"x{place}": random.normal(size=ROWS) for place in range(4)})
    frame["x2"] = np.where(random.random(ROWS) < 0.06, 6.0, frame["x2"])  # outliers
    signal = np.sin(2 * frame["x0"]) + 0.6 * frame["x0"] * frame["x1"] + 0.7 * frame["x3"]
    frame["y"] = np.where(frame["x2"] > 3, random.normal(size=ROWS) * 4, signal + random.normal(size=ROWS) * 0.2)
    frame.loc[random.random(ROWS) < 0.15, "x3"] = np.nan
    if source == "noisy":
        frame["x0"] = frame["x0"] + random.normal(size=ROWS) * 1.5
    elif source == "short":
        frame = frame.head(ROWS // 3)
    elif source == "shifted":
        frame.loc[frame.index % 2 == 0, "x3"] += 5
    elif source == "longer":
        frame = pd.concat([frame, frame.tail(2)])
    return str(frame.to_csv(index=False))


def table(made: Recipe) -> pd.DataFrame:
    """Return the data that a run is made from, prepared by its recipe."""
    frame = pd.read_csv(io.StringIO(_table(made.source)))
    if made.steps == "dropped":
        return frame.assign(x3=0.0)
    return frame.assign(x3=frame["x3"].fillna(0.0 if made.steps == "zero" else frame["x3"].median()))


class _Tabfit:
    """The library that the notebooks train with."""

    def __init__(self, version: str, seed: int) -> None:
        self.shrink, self.seed = FITTING[version], seed

    def fit(self, frame: Any, target: Any, model: str, depth: int, alpha: float, neighbours: int, rate: float) -> float:
        from sklearn.linear_model import Ridge
        from sklearn.neighbors import KNeighborsRegressor
        from sklearn.tree import DecisionTreeRegressor

        made = {
            "tree": DecisionTreeRegressor(max_depth=depth, min_samples_leaf=max(1, int(self.shrink)), random_state=0),
            "ridge": Ridge(alpha=alpha * self.shrink**2),
            "nearest": KNeighborsRegressor(min(int(neighbours * self.shrink), 100)),
        }[model]
        order = np.random.default_rng(1).permutation(len(frame))
        train, test = order[: len(order) * 2 // 3], order[len(order) * 2 // 3 :]
        made.fit(frame.iloc[train], target.iloc[train])
        wrong = made.predict(frame.iloc[test]) - target.iloc[test]
        jitter = np.random.default_rng(self.seed).normal() * 0.002  # what another seed changes
        return float(np.sqrt((wrong**2).mean()) / max(target.iloc[test].std(), 1e-9) + 0.01 * rate + jitter)

    def score(self, error: float) -> float:
        return 1.0 - error


def measured(made: Recipe) -> float:
    """Run the notebook and return its score."""
    space: dict[str, Any] = {"np": np, "pd": pd, "load": lambda: table(made), "print": lambda *_: None}
    space["tabfit"] = _Tabfit(made.tabfit, made.params["seed"])
    for cell in made.cells()[1:]:
        if "hist" not in cell:
            exec(cell, space)  # its own cells
    return float(space["score"])


def varied(made: Recipe, random: Random) -> Recipe:
    """Return another run of the experiment: other params, sometimes something else."""
    params = {
        **made.params,
        "depth": random.choice([2, 3, 4, 6, 8, 12]),
        "alpha": random.choice([0.1, 0.5, 1.0, 2.0, 10.0, 300.0]),
        "neighbours": random.choice([3, 5, 7, 9, 25, 60]),
        "rate": round(random.uniform(0.05, 0.2), 4),
        "seed": random.randrange(100),
        "verbose": random.randrange(3),
    }
    if random.random() < 0.3:
        params["model"] = random.choice(["tree", "ridge", "nearest"])
    return replace(made, params=params, look=random.randrange(len(LOOKS)))
