"""A recipe of ten steps in front of a model: two endpoints with the same trees, one of them behind the recipe.

The one without is asked the row that the recipe makes. One client, then eight, in turns, loaded with wrk.
"""

import json
import warnings
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
from _load import Side, ratio, told, turns
from _project import figure, project

ROWS, ROUNDS, SECONDS = 3000, 3, 2


def main() -> None:
    """Measure and print the figures."""
    with project() as studio:
        bodies = save(studio.project)
        sides = []
        for name, body in bodies.items():
            endpoint = studio.deploy(name, name, trust=True)
            way = studio.serving.detail(endpoint.id).ways[0].report
            print(f"  {name}: {way.way}, {way.one_row_ms} ms a row; {way.why}")
            headers = {"Authorization": f"Bearer {endpoint.key}", "Content-Type": "application/json"}
            sides.append(Side(name, f"{endpoint.url}/invocations", body, headers))
        for clients in (1, 8):
            bare, behind = turns(sides, clients, SECONDS, ROUNDS)
            print(told("without", bare), told("with", behind), sep="\n")
            figure(f"recipe_p50_c{clients}", ratio(behind, bare, "p50"), "x", 2, most=True)
            figure(f"recipe_requests_c{clients}", 1 / ratio(behind, bare, "rate"), "x", 2, most=True)
            assert not sum(each.failed for each in (*bare, *behind)), "requests failed"
        print(f"  p50 behind the recipe: {median(each.p50 for each in behind):.3g} ms with eight clients")


def save(folder: Path) -> dict[str, bytes]:
    """Save both models as MLflow does; return a request for each."""
    import mlflow.sklearn
    from sklearn.pipeline import make_pipeline

    from jupyter_mlstudio.wrangling.transformer import RecipeTransformer

    frame = flights()
    target = np.where(frame["dep_delay"].fillna(0) + frame["air_time"].fillna(100) / 10 > 12, "late", "fine")
    transform = RecipeTransformer(recipe()).fit(frame)
    made = transform.transform(frame)
    models = {
        "bare": (make_pipeline(*trees()).fit(made, target), made),
        "behind": (make_pipeline(RecipeTransformer(recipe()), *trees()).fit(frame, target), frame),
    }
    bodies = {}
    for name, (model, table) in models.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            mlflow.sklearn.save_model(
                model, str(folder / name), input_example=table.head(20), serialization_format="cloudpickle",
                pip_requirements=["scikit-learn"],
            )  # fmt: skip
        split = json.loads(table.head(1).to_json(orient="split", date_format="iso", date_unit="us"))
        bodies[name] = json.dumps({"dataframe_split": {"columns": split["columns"], "data": split["data"]}}).encode()
    return bodies


def trees() -> tuple:
    """Return boosted trees behind one-hot codes and scaling."""
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    wide = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    scaled = (StandardScaler(), ["distance", "speed", "air_time"])
    encode = make_column_transformer((wide, ["dest", "route", "origin"]), scaled, remainder="passthrough")
    return encode, HistGradientBoostingClassifier(max_iter=100)


def recipe() -> object:
    """Return ten steps of the kinds that travel in a model."""
    from jupyter_mlstudio import Recipe, steps

    return Recipe(
        steps=(
            steps.FillMissing(columns=("dep_delay", "air_time")),
            steps.DeriveColumn(name="speed", formula="distance / air_time * 60"),
            steps.ClipNumbers(columns=("speed",)),
            steps.ScaleNumbers(columns=("distance",)),
            steps.DeriveColumn(name="hub", formula='origin in ["JFK", "EWR"]'),
            steps.CleanText(columns=("dest",), case="lower"),
            steps.DeriveColumn(name="route", formula='join(origin, "-", dest)'),
            steps.OrdinalEncode(columns=("carrier",)),
            steps.DateParts(column="time_hour"),
            steps.DropColumns(columns=("tailnum", "time_hour")),
        )
    )


def flights() -> pd.DataFrame:
    """Draw flights."""
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "dep_delay": random.normal(5, 30, ROWS),
            "air_time": random.uniform(20, 400, ROWS),
            "distance": random.uniform(80, 2800, ROWS),
            "origin": random.choice(["JFK", "EWR", "LGA"], ROWS),
            "dest": random.choice([" ATL", "MIA ", "BOS", "SFO"], ROWS),
            "carrier": random.choice(["AA", "UA", "DL"], ROWS),
            "tailnum": "N123",
            "time_hour": pd.date_range("2013-01-01", periods=ROWS, freq="h"),
        }
    )
    frame.loc[::7, "dep_delay"] = np.nan
    frame.loc[::9, "air_time"] = np.nan
    return frame


if __name__ == "__main__":
    main()
