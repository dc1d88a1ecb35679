"""A million rows through the compiled form of each family of models, beside the model itself, in turns.

For each family: how many labels differ, how far probabilities or numbers are apart, and how many times quicker one row
and the million are answered.
"""

import os
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

ROWS, BLOCK, CALLS = 1_000_000, 50_000, 300
NUMBERS, TEXTS = 10, 5


def main() -> None:
    """Compare every family and print the figures."""
    from threadpoolctl import threadpool_limits

    os.environ["OMP_NUM_THREADS"] = "1"
    warnings.simplefilter("ignore")
    with threadpool_limits(1):
        for name, make in families().items():
            compare(name, make)


def compare(name: str, make: Callable[[pd.DataFrame], object]) -> None:
    """Train a model of a family, translate it, and compare."""
    from jupyter_mlstudio.serving.runtime.mlmodel import Field, ModelFile
    from jupyter_mlstudio.serving.runtime.model import METHODS, Model
    from jupyter_mlstudio.serving.runtime.plans.opened import Plan
    from jupyter_mlstudio.serving.runtime.plans.translate import translated
    from jupyter_mlstudio.serving.runtime.question import Rows

    frame = table(6000, 0)
    estimator = make(frame)
    fields = tuple(Field(each, "double" if each[0] == "n" else "string", required=True) for each in frame)
    file = ModelFile(Path("nowhere"), {"sklearn": {}, "python_function": {}}, fields, (), None, None)
    model = Model(file, estimator, [each for each in METHODS if hasattr(estimator, each)], "sklearn")
    content = translated(file, lambda: model, many=False)
    if content["plan"] is None:
        figure(f"plan_{name}", 0, "compiled", 1, most=False)
        print(" ", content["report"]["why"])
        return
    plan = Plan(content["plan"])
    method = next(each for each in ("predict_proba", "decision_function", "predict") if each in content["methods"])
    labels, away, taken = 0, 0.0, np.zeros(2)
    for block in range(ROWS // BLOCK):
        rows = by_column(table(BLOCK, block + 1))
        (found, expected), seconds = in_turns(plan.ask, lambda r, m: model.predict(r, m, {}), rows, method)
        taken += seconds
        away = max(away, float(np.abs(found - expected).max()))
        if method != "predict":
            labels += int((plan.ask(rows, "predict") != model.predict(rows, "predict", {})).sum())
    one = Rows(1, cells=[tuple(table(1, 0).iloc[0])])
    quick, slow = (one_row(ask, one) for ask in (plan.ask, lambda r, m: model.predict(r, m, {})))
    print(f"  {name}: one row {quick * 1e6:.1f} | {slow * 1e6:.0f} us, a million {taken[0]:.2f} | {taken[1]:.2f} s")
    figure(f"plan_{name}_labels", labels, "different", 0, most=True)
    figure(f"plan_{name}_away", away, "at most", 1e-12, most=True)
    figure(f"plan_{name}_one_row", slow / quick, "x", 20, most=False)


def families() -> dict[str, Callable[[pd.DataFrame], object]]:
    """Return what is trained, by family."""
    from sklearn import ensemble
    from sklearn.compose import make_column_transformer
    from sklearn.linear_model import Lasso, LogisticRegression, Ridge, SGDClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, PolynomialFeatures, StandardScaler
    from sklearn.svm import LinearSVC
    from sklearn.tree import DecisionTreeClassifier

    numbers = [f"n{place}" for place in range(NUMBERS)]
    texts = [f"t{place}" for place in range(TEXTS)]

    def trained(encode: object, last: object, kinds: int) -> Callable[[pd.DataFrame], object]:
        return lambda frame: make_pipeline(encode, last).fit(frame, target(frame, kinds))

    def encode(texts_by: object) -> object:
        return make_column_transformer((texts_by, texts), (StandardScaler(), numbers))

    wide = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    plain = make_column_transformer(("passthrough", numbers))
    powers = make_column_transformer((PolynomialFeatures(2), numbers))
    return {
        "logistic": trained(plain, LogisticRegression(max_iter=300), 2),
        "logistic_mixed": trained(encode(wide), LogisticRegression(max_iter=300), 3),
        "stochastic": trained(encode(wide), SGDClassifier(loss="log_loss", random_state=0), 3),
        "ridge": trained(powers, Ridge(), 0),
        "lasso": trained(encode(wide), Lasso(0.01), 0),
        "vectors": trained(encode(wide), LinearSVC(), 2),
        "tree": trained(encode(codes), DecisionTreeClassifier(), 3),
        "forest": trained(plain, ensemble.RandomForestClassifier(100, max_depth=12, random_state=0), 2),
        "extra_trees": trained(plain, ensemble.ExtraTreesRegressor(30, random_state=0), 0),
        "boosting": trained(encode(codes), ensemble.GradientBoostingClassifier(n_estimators=60), 2),
        "histogram": trained(encode(wide), ensemble.HistGradientBoostingClassifier(max_iter=100), 2),
        "histogram_of_three": trained(encode(codes), ensemble.HistGradientBoostingClassifier(max_iter=40), 3),
        "histogram_of_numbers": trained(encode(codes), ensemble.HistGradientBoostingRegressor(max_iter=60), 0),
    }


def table(count: int, seed: int) -> pd.DataFrame:
    """Draw rows of numbers and texts; some texts were never seen before."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(random.normal(size=(count, NUMBERS)), columns=[f"n{place}" for place in range(NUMBERS)])
    for place in range(TEXTS):
        kinds = [f"v{kind}" for kind in range(4 + 4 * place + (seed > 0))]
        frame[f"t{place}"] = random.choice(kinds, count)
    return frame


def target(frame: pd.DataFrame, kinds: int) -> np.ndarray:
    """Return labels, or numbers for no kinds, that have to do with the columns."""
    random = np.random.default_rng(1)
    noise = random.normal(size=len(frame))
    score = (frame["n0"] + frame["n1"] * frame["n2"] + 2 * (frame["t0"] == "v1") + noise).to_numpy()
    if kinds == 0:
        return score
    return np.array(["no", "yes", "maybe"])[np.searchsorted(np.quantile(score, np.arange(1, kinds) / kinds), score)]


def by_column(frame: pd.DataFrame) -> object:
    """Return a frame as rows come in: numbers as arrays, texts as Arrow has them."""
    import pyarrow as pa

    from jupyter_mlstudio.serving.runtime.question import Rows

    columns = [each.to_numpy() if name[0] == "n" else pa.array(each, pa.string()) for name, each in frame.items()]
    return Rows(len(frame), columns=columns)


def in_turns(plan: Callable, original: Callable, rows: object, method: str) -> tuple[list, np.ndarray]:
    """Ask both; return the answers and how long each took."""
    answers, seconds = [], []
    for ask in (plan, original):
        begin = time.perf_counter()
        answers.append(ask(rows, method))
        seconds.append(time.perf_counter() - begin)
    return answers, np.array(seconds)


def one_row(ask: Callable, row: object) -> float:
    """Return the median time for one row."""
    times, end = [], time.perf_counter() + 1
    while len(times) < CALLS and time.perf_counter() < end:
        begin = time.perf_counter()
        ask(row, "predict")
        times.append(time.perf_counter() - begin)
    return median(times)


def figure(name: str, value: float, unit: str, goal: float, *, most: bool) -> None:
    """Print one promise."""
    held = value <= goal if most else value >= goal
    bound = f"{'<=' if most else '>='}{goal:g}"
    print(f"FIGURE serving_{name} {value:.3g} {unit} goal {bound} {'ok' if held else 'short'}", flush=True)


if __name__ == "__main__":
    main()
