"""What a model takes and answers, as callers are told."""

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.types import Struct


class ModelColumn(Struct):
    """One column that the model wants, or answers with."""

    name: str
    type: str = Field(description="MLflow's type: boolean, integer, long, float, double, string, binary, datetime, ...")
    required: bool = Field(description="Whether a row must have a value here.")


class ModelSignature(Struct):
    """What the model takes and answers, from its folder."""

    inputs: list[ModelColumn] = Field(description="Empty if the model was saved without a signature.")
    outputs: list[ModelColumn]
    methods: list[str] = Field(description='What can be asked for, such as "predict_proba"; default first.')
    example: list[dict[str, JsonValue]] = Field(description="Rows of the model's input example; may be empty.")
