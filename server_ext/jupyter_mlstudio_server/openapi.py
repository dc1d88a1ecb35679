"""Writes the OpenAPI document from the routes: `python -m jupyter_mlstudio_server.openapi FILE`."""

import inspect
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeGuard

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
    wanted: list[type[BaseModel]] = [Failure, Changed, *MESSAGES]
    for _, _, contract, _ in operations:
        wanted.extend(model for model in (contract.body, contract.answer) if _is_model(model))
    paths: dict[str, Any] = {}
    for path, verb, contract, summary in sorted(operations, key=lambda item: item[:2]):
        paths.setdefault(path, {})[verb] = _operation(contract, summary)
    components = joined(defined(wanted), *_hoisted(paths))
    return {
        "openapi": "3.1.0",
        "info": {"title": "ML Studio for JupyterLab", "version": "1"},
        "servers": [{"url": PREFIX}],
        "paths": paths,
        "components": {"schemas": components},
    }


def defined(models: Iterable[type[BaseModel]]) -> dict[str, Any]:
    """Describe the models and all that they hold, by their names.

    Raises:
        ValueError: Two of the types share a name: whoever reads the document could not tell them apart.
    """
    each = sorted(set(models), key=lambda model: (model.__name__, model.__module__))
    _, schemas = models_json_schema([(model, "validation") for model in each], ref_template=REFERENCE)
    found: dict[str, Any] = schemas.get("$defs", {})
    # Of a name that two types share, pydantic makes one name each with the module's path in it.
    if shared := [name for name in found if "__" in name]:
        raise ValueError(f"Types share a name, so that one has to be called something else: {', '.join(shared)}.")
    return found


def joined(*groups: dict[str, Any]) -> dict[str, Any]:
    """Put definitions together.

    Raises:
        ValueError: A name has two meanings.
    """
    whole: dict[str, Any] = {}
    for group in groups:
        for name, definition in group.items():
            if whole.setdefault(name, definition) != definition:
                raise ValueError(f"Two types are called {name}: call one of them something else.")
    return whole


def _is_model(annotation: object) -> TypeGuard[type[BaseModel]]:
    return inspect.isclass(annotation) and issubclass(annotation, BaseModel)


def _operations() -> Iterator[tuple[str, str, Contract, str]]:
    for pattern, handler in ROUTES:
        path = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"{\1}", pattern.removeprefix(PREFIX))
        for verb in ("get", "post", "put", "patch", "delete"):
            method = vars(handler).get(verb)
            if method is not None and hasattr(method, "contract"):
                yield path, verb, method.contract(), _summary(method, handler)


def _hoisted(paths: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Take the definitions that parameters brought along out of them: references look in one place only."""
    for verbs in paths.values():
        for described in verbs.values():
            for parameter in described["parameters"]:
                yield parameter["schema"].pop("$defs", {})


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
    if _is_model(annotation):
        return {"$ref": REFERENCE.format(model=annotation.__name__)}
    return TypeAdapter(annotation).json_schema(ref_template=REFERENCE)


def main() -> None:
    """Write the document to the file that the first argument names."""
    text = json.dumps(document(), indent=2, ensure_ascii=False, sort_keys=True)
    Path(sys.argv[1]).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
