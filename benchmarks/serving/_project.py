"""What the measurements of endpoints share: the three models, a project, and a caller."""

import json
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import pandas as pd

    from jupyter_mlstudio.studio import Studio

MODELS = ("linear", "mixed", "forest")
ROWS = 2000


@contextmanager
def project() -> "Iterator[Studio]":
    """Open a project in a folder for a while, with the fork server up; its endpoints are removed at the end."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    from jupyter_mlstudio.core import forkserver
    from jupyter_mlstudio.studio import Studio

    if not forkserver.wait_until_warm(90):
        sys.exit("The fork server does not start here.")
    with TemporaryDirectory() as folder:
        studio = Studio.open(folder)
        try:
            yield studio
        finally:
            for endpoint in studio.serving.endpoints().items:
                studio.serving.remove(endpoint.id)


def save(folder: Path, name: str) -> list[dict]:
    """Save one of the three models as MLflow does, and return a few raw rows for it."""
    import mlflow.sklearn

    model, frame = {"linear": linear, "mixed": mixed, "forest": forest}[name]()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mlflow.sklearn.save_model(
            model, str(folder / name), input_example=frame.head(5), serialization_format="cloudpickle",
            pip_requirements=["scikit-learn"],
        )  # fmt: skip
    return json.loads(frame.head(20).to_json(orient="records"))


def linear() -> tuple:
    """A logistic regression on twenty numbers."""
    from sklearn.linear_model import LogisticRegression

    frame = numbers(20)
    return LogisticRegression(max_iter=500).fit(frame, frame.sum(axis=1) > 0), frame


def mixed() -> tuple:
    """Boosted trees behind one-hot codes and scaling, on fifteen columns."""
    import numpy as np
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    frame = numbers(10)
    random = np.random.default_rng(1)
    texts = [f"text_{place}" for place in range(5)]
    for text in texts:
        frame[text] = random.choice(list("abcdefgh"), len(frame))
    encode = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), texts),
        (StandardScaler(), list(frame.columns[:10])),
    )
    target = (frame["column_0"] + (frame["text_0"] == "a") > 0).astype(int)
    return make_pipeline(encode, HistGradientBoostingClassifier(max_iter=100)).fit(frame, target), frame


def forest() -> tuple:
    """A random forest of 300 trees."""
    from sklearn.ensemble import RandomForestClassifier

    frame = numbers(20)
    model = RandomForestClassifier(300, max_depth=12, random_state=0, n_jobs=2)
    return model.fit(frame, frame.sum(axis=1) > 0), frame


def numbers(columns: int) -> "pd.DataFrame":
    """Make a table of random numbers."""
    import numpy as np
    import pandas as pd

    names = [f"column_{place}" for place in range(columns)]
    return pd.DataFrame(np.random.default_rng(0).normal(size=(ROWS, columns)), columns=names)


class Caller:
    """Asks one endpoint over a kept connection."""

    def __init__(self, url: str, key: str, rows: list[dict]) -> None:
        self._address = urlsplit(url)
        self.body = json.dumps({"dataframe_records": rows}).encode()
        self.headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._connection: HTTPConnection | None = None

    def ask(self) -> list:
        """Ask, and return the predictions."""
        status, content = self.post()
        assert status == 200, content
        return json.loads(content)["predictions"]

    def post(self) -> tuple[int, bytes]:
        """Ask, and return status and body."""
        if self._connection is None:
            self._connection = HTTPConnection(self._address.hostname, self._address.port, timeout=60)
        try:
            self._connection.request("POST", "/invocations", self.body, self.headers)
            answer = self._connection.getresponse()
            content = answer.read()
        except BaseException:
            self.close()
            raise
        if answer.will_close:
            self.close()
        return answer.status, content

    def close(self) -> None:
        """Close the connection; the next question opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def until(condition: Callable[[], object], seconds: float = 30.0, pause: float = 0.002) -> float:
    """Wait until something holds; return how long that took."""
    begin = time.perf_counter()
    while not condition():
        if time.perf_counter() - begin > seconds:
            raise TimeoutError("It did not happen in time.")
        time.sleep(pause)
    return time.perf_counter() - begin


def figure(name: str, value: float, unit: str, goal: float, *, most: bool) -> None:
    """Print one promise."""
    held = value <= goal if most else value >= goal
    bound = f"{'<=' if most else '>='}{goal:g}"
    print(f"FIGURE serving_{name} {value:.3g} {unit} goal {bound} {'ok' if held else 'short'}", flush=True)
