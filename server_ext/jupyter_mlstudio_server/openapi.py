"""Writes the OpenAPI document from the routes: `python -m jupyter_mlstudio_server.openapi FILE`."""

import inspect
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from jupyter_mlstudio.core.events import Changed
from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.wrangling.messages import MESSAGES
from jupyter_mlstudio_server.http import Content, Contract, StudioHandler
from jupyter_mlstudio_server.routes import ROUTES

PREFIX = "/mlstudio"
REFERENCE = "#/components/schemas/{model}"


class Failure(Struct):
    """What every failed call answers."""

    message: str
    reason: str | None


def document() -> dict[str, Any]:
    """Describe every route, and the messages that travel over a comm only."""
    operations = list(_operations())
    wanted: dict[str, type[BaseModel]] = {model.__name__: model for model in (Failure, Changed, *MESSAGES)}
    for _, _, contract, _ in operations:
        for model in (contract.body, contract.answer):
            if inspect.isclass(model) and issubclass(model, BaseModel):
                wanted[model.__name__] = model
    models = [wanted[name] for name in sorted(wanted)]
    _, schemas = models_json_schema([(model, "validation") for model in models], ref_template=REFERENCE)
    paths: dict[str, Any] = {}
    for path, verb, contract, summary in sorted(operations, key=lambda item: item[:2]):
        paths.setdefault(path, {})[verb] = _operation(contract, summary)
    components = {**schemas.get("$defs", {}), **_hoisted(paths)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "ML Studio for JupyterLab", "version": "1"},
        "servers": [{"url": PREFIX}],
        "paths": paths,
        "components": {"schemas": components},
    }


def _operations() -> Iterator[tuple[str, str, Contract, str]]:
    for pattern, handler in ROUTES:
        path = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"{\1}", pattern.removeprefix(PREFIX))
        for verb in ("get", "post", "put", "patch", "delete"):
            method = vars(handler).get(verb)
            if method is not None and hasattr(method, "contract"):
                yield path, verb, method.contract(), _summary(method, handler)


def _hoisted(paths: dict[str, Any]) -> dict[str, Any]:
    """Take the definitions that parameters brought along out of them: references look in one place only."""
    found: dict[str, Any] = {}
    for verbs in paths.values():
        for described in verbs.values():
            for parameter in described["parameters"]:
                found.update(parameter["schema"].pop("$defs", {}))
    return found


def _summary(method: object, handler: type[StudioHandler]) -> str:
    lines = (inspect.getdoc(method) or handler.__name__).splitlines()
    return lines[0]


def _operation(contract: Contract, summary: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "summary": summary,
        "parameters": [
            *({"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in contract.path),
            *(
                {"name": name, "in": "query", "required": False, "schema": _schema(parameter.annotation)}
                for name, parameter in contract.query.items()
            ),
        ],
        "responses": {**_success(contract), "default": _json("It did not work.", _schema(Failure))},
    }
    if contract.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _schema(contract.body)}},
        }
    return described


def _success(contract: Contract) -> dict[str, Any]:
    if contract.answer is type(None):
        return {"204": {"description": "Done."}}
    if contract.answer is Content:
        binary = {"schema": {"type": "string", "format": "binary"}}
        return {str(contract.status): {"description": "The content.", "content": {"*/*": binary}}}
    return {str(contract.status): _json("The answer.", _schema(contract.answer))}


def _json(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _schema(annotation: Any) -> dict[str, Any]:
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return {"$ref": REFERENCE.format(model=annotation.__name__)}
    return TypeAdapter(annotation).json_schema(ref_template=REFERENCE)


def main() -> None:
    """Write the document to the file that the first argument names."""
    text = json.dumps(document(), indent=2, ensure_ascii=False, sort_keys=True)
    Path(sys.argv[1]).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
