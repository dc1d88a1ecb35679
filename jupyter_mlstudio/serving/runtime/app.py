"""The web application of one endpoint: MLflow's scoring protocol, the Open Inference Protocol, and its own figures."""

import asyncio
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from jupyter_mlstudio.serving.runtime.answers import plain, to_json
from jupyter_mlstudio.serving.runtime.document import document
from jupyter_mlstudio.serving.runtime.inference import (
    model_metadata,
    output_tensors,
    table_of_tensors,
    wanted_outputs,
)
from jupyter_mlstudio.serving.runtime.key import Key
from jupyter_mlstudio.serving.runtime.line import Line
from jupyter_mlstudio.serving.runtime.model import Model
from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.rows import load_json, table_of, table_of_csv
from jupyter_mlstudio.serving.runtime.schema import Schema
from jupyter_mlstudio.serving.runtime.stats import Stats

BODY_PATIENCE = 30.0
Work = Callable[[bytes], tuple[bytes, int]]


@dataclass(frozen=True)
class Limits:
    """How much an endpoint takes on."""

    rows: int
    body: int = 32 * 2**20
    waiting: int = 64
    seconds: float = 60.0


class Application:
    """Answers for one loaded model."""

    def __init__(self, name: str, label: str, model: Model, key: Key, limits: Limits) -> None:
        self._name, self._label, self._model, self._key, self._limits = name, label, model, key, limits
        self._schema = Schema(model.file.inputs, limits.rows)
        self._line = Line(limits.waiting, limits.seconds)
        self._stats = Stats()
        self._logged = 0.0
        self.draining = False

    def asgi(self) -> Starlette:
        """Return the application for a web server."""
        routes = [
            Route("/ping", self._alive),
            Route("/health", self._alive),
            Route("/version", _version),
            Route("/invocations", self._invocations, methods=["POST"]),
            Route("/stats", self._told(lambda: self._stats.summary(self._line.waiting))),
            Route("/openapi.json", self._told(lambda: document(self._name, self._model, self._limits.rows))),
            Route("/v2", self._told(lambda: {"name": "jupyter-mlstudio", "version": "2", "extensions": []})),
            Route("/v2/health/live", self._live),
            Route("/v2/health/ready", self._ready),
        ]
        for base in ("/v2/models/{name}", "/v2/models/{name}/versions/{version}"):
            routes += [
                Route(base, self._told(self._metadata)),
                Route(base + "/ready", self._ready),
                Route(base + "/infer", self._infer, methods=["POST"]),
            ]
        return Starlette(routes=routes, exception_handlers={HTTPException: self._not_found})

    def predict_json(self, body: bytes) -> tuple[bytes, int]:
        """Answer a request of MLflow's protocol in JSON; returns the answer and how many rows it predicted."""
        content = load_json(body)
        params = content.get("params") or {}
        if not isinstance(params, dict):
            raise RefusedError("form", '"params" must be an object.')
        return self._predicted(table_of(content), params)

    async def _invocations(self, request: Request) -> Response:
        return await self._answered(request, self._work_for(request.headers.get("content-type", "application/json")))

    async def _infer(self, request: Request) -> Response:
        return await self._answered(request, self._predict_tensors)

    def _work_for(self, content_type: str) -> Work | None:
        kind, _, parameters = content_type.lower().partition(";")
        if parameters.strip() not in ("", "charset=utf-8", 'charset="utf-8"'):
            return None
        return {"application/json": self.predict_json, "text/csv": self._predict_csv}.get(kind.strip())

    def _predict_csv(self, body: bytes) -> tuple[bytes, int]:
        return self._predicted(table_of_csv(body), {})

    def _predict_tensors(self, body: bytes) -> tuple[bytes, int]:
        content = load_json(body)
        methods = wanted_outputs(content, self._model.methods)
        table = table_of_tensors(content, self._schema.names)
        frame = self._schema.frame(table)
        outputs = [
            tensor
            for method in methods
            for tensor in output_tensors(method, self._model.predict(frame, {"predict_method": method}))
        ]
        answer: dict[str, Any] = {"model_name": self._name, "model_version": self._label, "outputs": outputs}
        if "id" in content:
            answer["id"] = content["id"]
        return to_json(answer), table.rows

    def _predicted(self, table: Any, params: dict[str, Any]) -> tuple[bytes, int]:
        raw = self._model.predict(self._schema.frame(table), params)
        return to_json({"predictions": plain(raw)}), table.rows

    async def _answered(self, request: Request, work: Work | None) -> Response:
        """Do the work of one request in the prediction thread, and count it whatever comes out."""
        begin, rows, error = time.perf_counter(), 0, None
        try:
            answer, rows = await self._done(request, work)
            return self._response(answer, 200)
        except RefusedError as refusal:
            error = str(refusal)
            return self._refusal(refusal)
        except ClientDisconnect:
            error = "The caller left before the request was complete."
            return self._response(b"", 400)
        except Exception as failure:  # the model is somebody else's code: whatever it raises, the caller gets an answer
            error = f"The model failed on these rows: {type(failure).__name__}: {failure}"[:400]
            self._log(failure)
            return self._refusal(RefusedError("model_failed", error, status=500))
        finally:
            self._stats.add(time.perf_counter() - begin, rows, error)

    async def _done(self, request: Request, work: Work | None) -> tuple[bytes, int]:
        self._admit(request)
        if work is None:
            told = "Send application/json or text/csv, in UTF-8; Content-Type must say so."
            raise RefusedError("media_type", told, status=415)
        body = await _body(request, self._limits.body)
        return await self._line.run(lambda: work(body))

    def _told(self, content: Callable[[], Any]) -> Callable[[Request], Awaitable[Response]]:
        async def tell(request: Request) -> Response:
            try:
                self._admit(request)
                self._know(request)
                return self._response(to_json(content()), 200)
            except RefusedError as refusal:
                return self._refusal(refusal)

        return tell

    async def _alive(self, _: Request) -> Response:
        return PlainTextResponse("\n", headers=self._headers())

    async def _live(self, _: Request) -> Response:
        return self._response(b'{"live":true}', 200)

    async def _ready(self, request: Request) -> Response:
        try:
            self._know(request)
        except RefusedError as refusal:
            return self._refusal(refusal)
        return self._response(b'{"ready":true}', 200)

    async def _not_found(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        told = {
            405: f"{request.url.path} does not take {request.method}.",
            404: f"There is no {request.url.path} here.",
        }
        return self._refusal(RefusedError("not_found", told.get(status, "This cannot be answered."), status=status))

    def _metadata(self) -> dict[str, Any]:
        file = self._model.file
        return model_metadata(self._name, self._label, file.inputs, file.outputs, self._model.methods)

    def _admit(self, request: Request) -> None:
        if not self._key.admits(request.headers):
            told = "The key is missing or wrong. Send it as Authorization: Bearer KEY, or as X-Api-Key: KEY."
            raise RefusedError("key", told, status=401)
        self._know(request)

    def _know(self, request: Request) -> None:
        asked = request.path_params
        if asked.get("name", self._name) != self._name or asked.get("version", self._label) != self._label:
            told = f"This endpoint answers for {self._name!r}, version {self._label!r}."
            raise RefusedError("unknown_model", told, status=404)

    def _refusal(self, refusal: RefusedError) -> Response:
        response = self._response(to_json(refusal.body), refusal.status)
        if "retry_after" in refusal.details:
            response.headers["Retry-After"] = str(refusal.details["retry_after"])
        if refusal.reason == "key":
            response.headers["WWW-Authenticate"] = "Bearer"
        if refusal.reason in ("too_large", "slow"):
            response.headers["Connection"] = "close"
        return response

    def _response(self, body: bytes, status: int) -> Response:
        return Response(body, status, self._headers(), "application/json")

    def _headers(self) -> dict[str, str]:
        return {"connection": "close"} if self.draining else {}

    def _log(self, failure: Exception) -> None:
        """Write a traceback at most once a second: a caller must not be able to fill the disk."""
        if time.monotonic() - self._logged > 1:
            self._logged = time.monotonic()
            traceback.print_exception(failure, file=sys.stderr)


async def _body(request: Request, limit: int) -> bytes:
    """Read the body, but never more than the limit, and not for ever."""
    told = f"The body is larger than {limit // 2**20} MiB. Send fewer rows a request."
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > limit:
        raise RefusedError("too_large", told, status=413)
    parts, size = [], 0
    try:
        async with asyncio.timeout(BODY_PATIENCE):
            async for part in request.stream():
                parts.append(part)
                size += len(part)
                if size > limit:
                    raise RefusedError("too_large", told, status=413)
    except TimeoutError:
        raise RefusedError("slow", f"The body did not arrive within {BODY_PATIENCE:g} seconds.", status=408) from None
    return b"".join(parts)


async def _version(_: Request) -> Response:
    try:
        return PlainTextResponse(version("mlflow"))
    except PackageNotFoundError:
        return PlainTextResponse("unknown")
