"""The OpenAPI document of an endpoint: the model's own columns, and the ways in which rows may be sent."""

from collections.abc import Sequence
from typing import Any

from jupyter_mlstudio.serving.runtime.mlmodel import Field
from jupyter_mlstudio.serving.runtime.wire.schema import Schema

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
BINARY = {"schema": {"type": "string", "format": "binary"}}
TEXT = {"schema": {"type": "string"}}
FAILURES = {
    "400": "The rows are wrong: the message names the column, the row, and what was expected.",
    "401": "The key is missing or wrong.",
    "404": "There is no such model here.",
    "413": "Too many rows, or too large a body.",
    "415": "The body is of a kind that is not read.",
    "429": "Too much waits already; Retry-After says for how many seconds to wait.",
}


def document(
    name: str, version: str, schema: Schema, methods: Sequence[str], classes: Sequence[Any] = ()
) -> dict[str, Any]:
    """Describe the endpoint in OpenAPI 3.1; `classes` are those whose probabilities the model tells, in their order."""
    info = {"title": name, "version": version, "description": "Predictions over HTTP."}
    return {
        "openapi": "3.1.0",
        "info": {**info, "x-classes": list(classes)} if classes else info,
        "servers": [{"url": "."}],
        "security": [{"key": []}],
        "paths": {
            "/invocations": {"post": _invocations(schema, methods)},
            "/async/invocations": {"post": _deferred(schema, methods)},
            "/async/{id}": {"get": _result()},
            f"/v2/models/{name}/infer": {"post": _infer()},
            f"/v2/models/{name}": {"get": {"summary": "Describe the model's tensors.", "responses": _ok(None)}},
            "/ping": {"get": {"summary": "Tell whether the endpoint is alive.", "security": [], "responses": _alive()}},
        },
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Row": _row(schema),
                "Invocation": _invocation(schema),
                "Params": _params(methods),
                "Predictions": _predictions(schema),
                "Failure": _failure(),
            },
        },
    }


def _row(schema: Schema) -> dict[str, Any]:
    if not schema.fields:
        return {"description": "The model does not say what it takes: an object or a list."}
    if not schema.names:
        return _array(schema)
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [field.name for field in schema.fields if field.required],
        "properties": {field.name: _typed(field) for field in schema.fields},
    }


def _array(schema: Schema) -> dict[str, Any]:
    width = schema.tensor.shape[-1] if schema.tensor is not None else len(schema.fields)
    kind = schema.tensor.dtype if schema.tensor is not None else "float64"
    cell = {"type": "number" if kind.startswith("float") else "integer" if "int" in kind else "string"}
    bounds = {"minItems": width, "maxItems": width} if width > 0 else {}
    return {"type": "array", "items": cell, **bounds}


def _typed(field: Field) -> dict[str, Any]:
    known = TYPES.get(field.type, {})
    if not known or field.required:
        return known
    return {**known, "type": [known["type"], "null"]}


def _invocation(schema: Schema) -> dict[str, Any]:
    """Describe the four forms, of which a body holds one."""
    rows = {"type": "array", "items": {"$ref": "#/components/schemas/Row"}, "maxItems": schema.max_rows}
    split = {
        "type": "object",
        "required": ["data"],
        "properties": {
            "columns": {"type": "array", "items": {"type": "string"}},
            "data": {"type": "array", "items": {"type": "array"}, "maxItems": schema.max_rows},
        },
    }
    forms = {"dataframe_split": split, "instances": rows, "inputs": {"type": ["array", "object"]}}
    if schema.names or not schema.fields:
        forms = {"dataframe_records": rows, **forms}
    return {
        "type": "object",
        "oneOf": [{"required": [form]} for form in forms],
        "properties": {**forms, "params": {"$ref": "#/components/schemas/Params"}},
    }


def _params(methods: Sequence[str]) -> dict[str, Any]:
    return {"type": "object", "properties": {"predict_method": {"enum": list(methods), "default": methods[0]}}}


def _predictions(schema: Schema) -> dict[str, Any]:
    item = _output(schema.outputs)
    return {
        "type": "object",
        "required": ["predictions"],
        "properties": {"predictions": {"type": "array", "items": item, "description": "One item a row."}},
    }


def _output(outputs: Sequence[Field]) -> dict[str, Any]:
    if len(outputs) == 1:
        return TYPES.get(outputs[0].type, {})
    return {"type": "object", "properties": {str(field.name): _typed(field) for field in outputs}} if outputs else {}


def _body(schema: Schema) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Invocation"}}
    example = {"dataframe_records": schema.example[:1]} if schema.example else schema.request
    if example is not None:
        content["example"] = example
    kinds = {
        "application/json": content,
        "text/csv": TEXT,
        "application/jsonlines": TEXT,
        "application/vnd.apache.arrow.stream": BINARY,
        "application/vnd.apache.parquet": BINARY,
    }
    return {"required": True, "content": kinds}


def _invocations(schema: Schema, methods: Sequence[str]) -> dict[str, Any]:
    method = {
        "name": "predict_method",
        "in": "query",
        "description": "For bodies that have no place for it.",
        "schema": {"enum": list(methods)},
    }
    kinds = {
        "text/csv": TEXT,
        "application/jsonlines": TEXT,
        "application/vnd.apache.arrow.stream": BINARY,
        "text/event-stream": TEXT,
        "application/x-ndjson": TEXT,
    }
    return {
        "summary": "Predict rows, one answer a row.",
        "parameters": [method],
        "requestBody": _body(schema),
        "responses": _ok("Predictions", kinds),
    }


def _deferred(schema: Schema, methods: Sequence[str]) -> dict[str, Any]:
    later = {"description": "It will be answered; Location says where.", "headers": {"Location": {"schema": TEXT}}}
    responses = {**_ok(None), "202": later}
    del responses["200"]
    asked = _invocations(schema, methods)
    return {**asked, "summary": "Predict rows later; the answer is kept.", "responses": responses}


def _result() -> dict[str, Any]:
    place = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    return {"summary": "Give the answer that was asked for later.", "parameters": [place], "responses": _ok(None)}


def _infer() -> dict[str, Any]:
    content = {"application/json": {"schema": {"type": "object"}}, "application/octet-stream": BINARY}
    return {
        "summary": "Predict rows sent as one tensor a column (Open Inference Protocol, version 2).",
        "requestBody": {"required": True, "content": content},
        "responses": _ok(None),
    }


def _alive() -> dict[str, Any]:
    return {"200": {"description": "It is."}}


def _ok(schema: str | None, kinds: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = {"$ref": f"#/components/schemas/{schema}"} if schema else {}
    failure = {"application/json": {"schema": {"$ref": "#/components/schemas/Failure"}}}
    told = {status: {"description": words, "content": failure} for status, words in FAILURES.items()}
    content = {"application/json": {"schema": answer}, **(kinds or {})}
    return {"200": {"description": "The answer.", "content": content}, **told}


def _failure() -> dict[str, Any]:
    text = {"type": "string"}
    properties = {"message": text, "reason": text, "column": text, "row": {"type": "integer"}, "expected": {}}
    return {"type": "object", "required": ["message", "reason"], "properties": properties}
