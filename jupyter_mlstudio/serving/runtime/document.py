"""The endpoint's own OpenAPI document, with the columns of its model."""

from typing import Any

from jupyter_mlstudio.serving.runtime.mlmodel import Field
from jupyter_mlstudio.serving.runtime.model import Model

TYPES: dict[str, dict[str, Any]] = {
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer", "format": "int32"},
    "long": {"type": "integer", "format": "int64"},
    "float": {"type": "number", "format": "float"},
    "double": {"type": "number", "format": "double"},
    "string": {"type": "string"},
    "datetime": {"type": "string", "format": "date-time"},
    "binary": {"type": "string", "format": "byte"},
}


def document(name: str, model: Model, max_rows: int) -> dict[str, Any]:
    """Describe the endpoint in OpenAPI 3.1."""
    example = model.file.example_rows()[:1]
    return {
        "openapi": "3.1.0",
        "info": {"title": name, "version": "1", "description": "Predictions over HTTP."},
        "security": [{"key": []}],
        "paths": {
            "/invocations": {"post": _invocations(example)},
            f"/v2/models/{name}/infer": {"post": _infer()},
            "/ping": {"get": {"summary": "Tell whether the endpoint is alive.", "security": [], "responses": _ok()}},
        },
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Row": _row(model.file.inputs),
                "Invocation": _invocation(model, max_rows),
                "Predictions": {"type": "object", "required": ["predictions"], "properties": {"predictions": {}}},
                "Failure": _failure(),
            },
        },
    }


def _row(fields: tuple[Field, ...]) -> dict[str, Any]:
    if not fields or fields[0].name is None:
        return {"type": "array"}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [field.name for field in fields if field.required],
        "properties": {field.name: _typed(field) for field in fields},
    }


def _typed(field: Field) -> dict[str, Any]:
    known = TYPES.get(field.type, {})
    if not known or field.required:
        return known
    return {**known, "type": [known["type"], "null"]}


def _invocation(model: Model, max_rows: int) -> dict[str, Any]:
    row = {"$ref": "#/components/schemas/Row"}
    return {
        "type": "object",
        "description": "One of the forms of MLflow; the others are dataframe_split, instances and inputs.",
        "properties": {
            "dataframe_records": {"type": "array", "items": row, "minItems": 1, "maxItems": max_rows},
            "params": {"type": "object", "properties": {"predict_method": {"enum": list(model.methods)}}},
        },
    }


def _invocations(example: list[dict[str, Any]]) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Invocation"}}
    if example:
        content["example"] = {"dataframe_records": example}
    bodies = {"application/json": content, "text/csv": {"schema": {"type": "string"}}}
    return {
        "summary": "Predict rows, one answer a row.",
        "requestBody": {"required": True, "content": bodies},
        "responses": _ok("Predictions"),
    }


def _infer() -> dict[str, Any]:
    return {
        "summary": "Predict rows sent as one tensor a column (Open Inference Protocol, version 2).",
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}},
        "responses": _ok(),
    }


def _ok(schema: str | None = None) -> dict[str, Any]:
    answer = {"$ref": f"#/components/schemas/{schema}"} if schema else {}
    failure = {"$ref": "#/components/schemas/Failure"}
    return {
        "200": {"description": "The answer.", "content": {"application/json": {"schema": answer}}},
        "default": {"description": "Why there is none.", "content": {"application/json": {"schema": failure}}},
    }


def _failure() -> dict[str, Any]:
    text = {"type": "string"}
    properties = {"message": text, "reason": text, "column": text, "row": {"type": "integer"}, "expected": {}}
    return {"type": "object", "required": ["message", "reason"], "properties": properties}
