"""What the ready-made nodes ask for; their forms are drawn from this."""

from typing import Literal

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.types import Struct

Task = Literal["auto", "classification", "regression"]
Algorithm = Literal[
    "linear", "random_forest", "extra_trees", "gradient_boosting", "nearest_neighbours", "decision_tree",
    "support_vectors", "dummy",
]  # fmt: skip
Rules = Literal["fail", "warn", "off"]


def _file(what: str) -> dict[str, JsonValue]:
    return {"format": what}


class WrangleOptions(Struct):
    """What the wrangling node asks for."""

    recipe: str = Field(description="Path of the recipe file.", json_schema_extra=_file("recipe"))
    source: str | None = Field(
        default=None,
        description="A table to run it on; the recipe's own source if not given.",
        json_schema_extra=_file("table"),
    )
    output: str | None = Field(
        default=None, description="Path where the table is written too, such as clean.parquet or clean.csv."
    )
    rules: Rules = Field(default="fail", description="Whether a broken rule fails the node, is only told, or ignored.")


class _Learning(Struct):
    table: str = Field(description="The table to learn from.", json_schema_extra=_file("table"))
    target: str = Field(description="The column to predict.", json_schema_extra=_file("column"))
    algorithm: Algorithm = Field(default="random_forest", description="What learns.")
    task: Task = Field(default="auto", description="Whether the target is a class or a number; guessed if auto.")
    features: list[str] = Field(default=[], description="Columns to learn from; all others if none are named.")
    recipe: str | None = Field(
        default=None,
        description="A recipe whose steps become a part of the model, so that it takes raw rows.",
        json_schema_extra=_file("recipe"),
    )
    test_share: float = Field(default=0.2, gt=0, lt=1, description="Share of the rows kept apart to measure with.")
    seed: int = Field(default=0, ge=0, description="Makes the split and the learning repeatable.")
    experiment: str = Field(default="workflows", min_length=1, description="MLflow experiment of the run.")
    run_name: str | None = Field(default=None, description="What to call the run; the algorithm if not given.")


class TrainOptions(_Learning):
    """What the training node asks for."""

    hyperparameters: dict[str, JsonValue] = Field(default={}, description="Settings of the algorithm by their names.")


class TuneOptions(_Learning):
    """What the tuning node asks for."""

    trials: int = Field(default=20, ge=1, le=10_000, description="How many settings are tried.")
    folds: int = Field(default=3, ge=2, le=20, description="Folds of the cross-validation of each trial.")
    minutes: float | None = Field(default=None, gt=0, description="Minutes after which no new trial begins.")


class EvaluateOptions(Struct):
    """What the evaluating node asks for."""

    model: str = Field(
        description="A run's id, or the address of a model: models:/name@alias, models:/name/3, runs:/id/model.",
        json_schema_extra=_file("model"),
    )
    table: str = Field(description="Rows that the model has not seen.", json_schema_extra=_file("table"))
    target: str = Field(description="The column that it predicts.", json_schema_extra=_file("column"))
    experiment: str = Field(default="workflows", min_length=1, description="MLflow experiment of the run.")


class RegisterOptions(Struct):
    """What the registering node asks for."""

    model: str = Field(description="A run's id, or the address of a model.", json_schema_extra=_file("model"))
    name: str = Field(min_length=1, description="Name in the registry.")
    alias: str = Field(default="champion", min_length=1, description="The alias that the best version has.")
    metric: str = Field(description="The metric of the runs to compare, such as auc or rmse.")
    value: float | None = Field(
        default=None, description="The new model's value, such as an evaluation's; its run's metric if not given."
    )
    better: Literal["auto", "higher", "lower"] = Field(
        default="auto", description="Which is better; lower for errors and losses if auto."
    )
    by: float = Field(default=0, ge=0, description="How much better it has to be.")


class DeployOptions(Struct):
    """What the deploying node asks for."""

    model: str = Field(
        description="A run's id, or the address of a model, such as models:/name@champion.",
        json_schema_extra=_file("model"),
    )
    endpoint: str = Field(min_length=1, description="Name of the endpoint; one of that name is rolled to the model.")
    port: int | None = Field(default=None, ge=1, le=65535, description="Port to listen on; a free one if not given.")


class TransformOptions(Struct):
    """What the batch transform asks for."""

    model: str = Field(description="A run's id, or the address of a model.", json_schema_extra=_file("model"))
    table: str = Field(description="The rows to predict.", json_schema_extra=_file("table"))
    output: str | None = Field(default=None, description="Path where the predictions are written too.")
    column: str = Field(default="prediction", min_length=1, description="Name of the new column.")
