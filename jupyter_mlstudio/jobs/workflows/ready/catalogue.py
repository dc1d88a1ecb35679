"""Which ready-made nodes there are."""

from typing import NamedTuple

from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.jobs.workflows.ready import options
from jupyter_mlstudio.jobs.workflows.types import ReadyMade


class Kind(NamedTuple):
    """One kind of ready-made node."""

    title: str
    help: str
    options: type[Struct]
    outputs: list[str]
    icon: str
    cached: bool = True


KINDS: dict[str, Kind] = {
    "wrangle": Kind(
        "Wrangle",
        "Runs a recipe over a table and checks its rules.",
        options.WrangleOptions,
        ["table", "rows"],
        "wrangle",
    ),
    "train": Kind(
        "Train",
        "Splits a table, fits a model and logs a run with its metrics and the model.",
        options.TrainOptions,
        ["run_id", "model", "metrics", "metric", "score", "train", "test"], "train",
    ),
    "tune": Kind(
        "Tune",
        "Searches for the best settings with Optuna, and logs a run with the best model.",
        options.TuneOptions,
        ["run_id", "model", "metrics", "metric", "score", "hyperparameters", "trials", "train", "test"], "tune",
    ),
    "evaluate": Kind(
        "Evaluate",
        "Measures a model on a table that it has not seen.",
        options.EvaluateOptions,
        ["metrics", "metric", "score", "rows", "predictions", "model"], "evaluate",
    ),
    "register_if_better": Kind(
        "Register if better",
        "Registers a model and moves an alias to it, if it beats the version that has the alias.",
        options.RegisterOptions,
        ["registered", "version", "model", "value", "previous", "reason"], "register",
        cached=False,
    ),
    "deploy": Kind(
        "Deploy", "Puts a model behind an endpoint and waits until it answers.", options.DeployOptions,
        ["endpoint", "url", "model"], "deploy", cached=False,
    ),
    "batch_transform": Kind(
        "Batch transform", "Predicts every row of a table.", options.TransformOptions, ["table", "rows"], "predict"
    ),
}  # fmt: skip


def palette() -> list[ReadyMade]:
    """Return the ready-made nodes as the canvas wants to know them."""
    return [
        ReadyMade(
            name=name,
            title=kind.title,
            help=kind.help,
            icon=kind.icon,
            options=kind.options.model_json_schema(),
            outputs=kind.outputs,
            cached=kind.cached,
        )
        for name, kind in KINDS.items()
    ]
