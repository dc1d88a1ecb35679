"""Serves every model of a folder with BentoML, as its users write it."""

import os
from pathlib import Path

import bentoml
import joblib
import pandas as pd

FOLDER = Path(os.environ["MODELS"])


@bentoml.service(workers=1, traffic={"timeout": 60, "max_concurrency": 512})
class Models:
    """One route for each model."""

    def __init__(self) -> None:
        self.models = {file.stem: joblib.load(file) for file in FOLDER.glob("*.joblib")}

    def answer(self, name: str, split: dict) -> dict:
        frame = pd.DataFrame(split["data"], columns=split["columns"])
        return {"predictions": self.models[name].predict(frame).tolist()}

    @bentoml.api
    def linear(self, dataframe_split: dict) -> dict:
        return self.answer("linear", dataframe_split)

    @bentoml.api
    def mixed(self, dataframe_split: dict) -> dict:
        return self.answer("mixed", dataframe_split)

    @bentoml.api
    def forest(self, dataframe_split: dict) -> dict:
        return self.answer("forest", dataframe_split)
