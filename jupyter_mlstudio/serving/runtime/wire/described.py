"""What an endpoint tells of its models: Open Inference metadata, and the document and the page for people."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jupyter_mlstudio.serving.runtime.http.exchange import Exchange, Response
from jupyter_mlstudio.serving.runtime.mlmodel import Field, ModelFile, read
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.wire.answers import to_json
from jupyter_mlstudio.serving.runtime.wire.document import document
from jupyter_mlstudio.serving.runtime.wire.schema import Schema

DATATYPES = {
    "boolean": "BOOL",
    "integer": "INT32",
    "long": "INT64",
    "float": "FP32",
    "double": "FP64",
    "string": "BYTES",
    "binary": "BYTES",
    "datetime": "BYTES",
}
TENSORS = {"bool": "BOOL", "str": "BYTES", "object": "BYTES"}
CONFIGURED = {"BYTES": "TYPE_STRING"}
EXTENSIONS = ["binary_tensor_data", "model_configuration", "model_repository"]
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@dataclass(frozen=True)
class Told:
    """What is known of a model without asking it anything."""

    name: str
    version: str
    schema: Schema
    methods: tuple[str, ...]
    loaded: bool
    classes: tuple[Any, ...] = ()


def told_of(exchange: Exchange, application: Any) -> Told:
    """Return what is known of the model that an address names.

    Raises:
        RefusedError: There is no such model, or no such version of it.
    """
    argument = exchange.argument
    chosen = application.variants.choose(argument.get("model", ""), argument.get("version", ""))
    name = argument.get("model") or chosen.variant.model or application.order.name
    predictor = chosen.predictor
    if predictor is not None:
        classes = getattr(predictor, "classes", None) or ()
        return Told(name, str(chosen.number), predictor.schema, predictor.methods, loaded=True, classes=classes)
    file, methods = _asleep(chosen.variant.folder, chosen.variant.plan, chosen.variant.digest)
    return Told(name, str(chosen.number), Schema.of(file, application.order.limits.rows), methods, loaded=False)


def tell_server(_: Exchange, __: Any) -> Response:
    """Tell which protocol is spoken, and which of its extensions."""
    return _json({"name": "jupyter-mlstudio", "version": "2", "extensions": EXTENSIONS})


def tell_live(_: Exchange, __: Any) -> Response:
    """Tell that somebody listens."""
    return Response(b'{"live":true}')


def tell_ready(_: Exchange, __: Any) -> Response:
    """Tell that requests are answered."""
    return Response(b'{"ready":true}')


def tell_model_ready(exchange: Exchange, application: Any) -> Response:
    """Tell whether a model answers; one that is loaded on demand does."""
    told = told_of(exchange, application)
    return _json({"name": told.name, "ready": True})


def tell_model(exchange: Exchange, application: Any) -> Response:
    """Tell what a model takes and answers."""
    told = told_of(exchange, application)
    first = DATATYPES.get(told.schema.outputs[0].type, "FP64") if len(told.schema.outputs) == 1 else "FP64"
    outputs = [
        {"name": method, "datatype": "FP64" if number else first, "shape": [-1, -1] if number else [-1]}
        for number, method in enumerate(told.methods)
    ]
    inputs = [_input(field, number) for number, field in enumerate(told.schema.fields)]
    return _json(
        {"name": told.name, "versions": [told.version], "platform": "mlflow", "inputs": inputs, "outputs": outputs}
    )


def tell_config(exchange: Exchange, application: Any) -> Response:
    """Tell the same in the words of Triton's configuration."""
    told = told_of(exchange, application)
    inputs = [_input(field, number) for number, field in enumerate(told.schema.fields)]
    return _json(
        {
            "name": told.name,
            "platform": "mlflow",
            "backend": "jupyter-mlstudio",
            "max_batch_size": 0,
            "input": [_configured(each["name"], each["datatype"], each["shape"]) for each in inputs],
            "output": [_configured(method, "FP64", [-1]) for method in told.methods],
        }
    )


def tell_index(_: Exchange, application: Any) -> Response:
    """List the models that can be asked for."""
    own = application.order.name
    rows = [
        {
            "name": chosen.variant.model or own,
            "version": str(chosen.number),
            "state": "READY" if chosen.predictor is not None else "UNAVAILABLE",
            "reason": "" if chosen.predictor is not None else "loaded at its first request",
        }
        for chosen in application.variants.all
        if not chosen.variant.shadow
    ]
    return _json(rows)


def load(exchange: Exchange, application: Any) -> Response:
    """Load a model that is loaded on demand ahead of its first request."""
    chosen = application.variants.choose(exchange.argument["model"], "")
    if chosen.predictor is None and not application.aside(chosen.load):
        raise RefusedError("busy", "The endpoint is too busy to load it now.", status=429, retry_after=1)
    return Response(b"{}")


def unload(exchange: Exchange, application: Any) -> Response:
    """Give up the memory of a model that is loaded on demand."""
    chosen = application.variants.choose(exchange.argument["model"], "")
    if not chosen.variant.lazy:
        told = f"{exchange.argument['model']!r} is not loaded on demand. Take it out of the endpoint's traffic instead."
        raise RefusedError("not_lazy", told)
    chosen.predictor = None
    return Response(b"{}")


def tell_document(exchange: Exchange, application: Any) -> Response:
    """Tell in OpenAPI what the endpoint takes and answers."""
    told = told_of(exchange, application)
    return _json(document(told.name, told.version, told.schema, told.methods, told.classes))


def tell_page(_: Exchange, __: Any) -> Response:
    """Give the page on which the endpoint can be tried; it holds nothing of the model, and asks for the key."""
    headers = ((b"Content-Security-Policy", POLICY.encode()), (b"Referrer-Policy", b"no-referrer"))
    return Response(_page(), 200, b"text/html; charset=utf-8", headers)


@cache
def _page() -> bytes:
    return Path(__file__).with_name("page.html").read_bytes()


@cache
def _asleep(folder: str, plan: str, digest: str) -> tuple[ModelFile, tuple[str, ...]]:
    """Return what is written about a model that is not loaded."""
    from jupyter_mlstudio.serving.runtime.plans import packing

    content = packing.read(Path(plan), digest)
    if content is None:
        file = read(Path(folder))
        return file, (file.method,)
    return ModelFile.of_plain(content["file"]), tuple(content["methods"])


def _input(field: Field, number: int) -> dict[str, Any]:
    datatype = DATATYPES.get(field.type) or TENSORS.get(field.dtype) or _numeric(field.dtype or "float64")
    return {"name": field.name or f"input-{number}", "datatype": datatype, "shape": list(field.shape) or [-1]}


def _configured(name: str, datatype: str, shape: list[int]) -> dict[str, Any]:
    return {"name": name, "data_type": CONFIGURED.get(datatype, f"TYPE_{datatype}"), "dims": shape}


def _numeric(dtype: str) -> str:
    return dtype.upper().replace("FLOAT", "FP")


def _json(content: Any) -> Response:
    return Response(to_json(content))
