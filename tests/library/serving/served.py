"""What is served in the tests: real models, and some that misbehave."""

import time
import warnings

import numpy as np
import pandas as pd

ROWS = 60


def flights() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "carrier": ["AA", "UA", "DL"] * (ROWS // 3),
            "distance": np.linspace(100.0, 3000.0, ROWS),
            "hour": np.arange(ROWS) % 24,
            "weekend": np.arange(ROWS) % 7 > 4,
            "departure": pd.date_range("2013-01-01", periods=ROWS, freq="h"),
            "gate": [None if row % 5 == 0 else f"A{row % 3}" for row in range(ROWS)],
        }
    )


def pipeline(answers: tuple[str, str]):
    from sklearn.compose import make_column_transformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    frame = flights()
    encode = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), ["carrier", "gate"]), (StandardScaler(), ["distance", "hour"])
    )
    target = np.where(frame["distance"] > 1500, answers[0], answers[1])
    return make_pipeline(encode, LogisticRegression()).fit(frame, target)


def sleeper():
    class Sleeper:
        """Predicts as many seconds as the row says."""

        def fit(self, *_):
            return self

        def predict(self, frame):
            time.sleep(float(frame["seconds"].iloc[0]))
            return np.asarray(frame["seconds"])

    return Sleeper()


def crasher():
    class Crasher:
        """Ends its process when it is asked for a negative number, and fails for zero."""

        def fit(self, *_):
            return self

        def predict(self, frame):
            import os

            value = float(frame["value"].iloc[0])
            if value < 0:
                os._exit(7)
            return np.asarray([1 / value if value else [][1]])

    return Crasher()


def doubler():
    import mlflow.pyfunc

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would like to have type hints

        class Doubler(mlflow.pyfunc.PythonModel):
            """A model that is no estimator of scikit-learn, with a parameter of its own."""

            def predict(self, context, model_input, params=None):
                return model_input["value"] * 2

    return Doubler()


def counter():
    import mlflow.pyfunc

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would like to have type hints

        class Counter(mlflow.pyfunc.PythonModel):
            """A model that answers piece by piece, and fails midway for a negative number."""

            def predict(self, context, model_input, params=None):
                return list(self.predict_stream(context, {"value": model_input["value"].iloc[0]}, params))

            def predict_stream(self, context, model_input, params=None):
                value = int(model_input["value"])
                if value < 0:
                    yield "begin"
                    raise RuntimeError("It went wrong.")
                for number in range(value):
                    yield str(number)

    return Counter()


def unloadable():
    class Unloadable:
        def fit(self, *_):
            return self

        def predict(self, frame):
            return frame

        def __reduce__(self):
            return (eval, ("__import__('a_package_that_nobody_has')",))

    return Unloadable()


class Strange:
    """A class that no list of vetted ones knows."""
