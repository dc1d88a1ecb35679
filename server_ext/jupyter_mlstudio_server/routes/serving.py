"""Endpoints over HTTP, and the way through this server to what they predict."""

import asyncio
from typing import TYPE_CHECKING, cast

from jupyter_server.auth.decorator import authorized
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.web import authenticated

from jupyter_mlstudio.core.errors import ConflictError, EngineError
from jupyter_mlstudio.serving.types import (
    DeploySpec,
    Endpoint,
    EndpointDetail,
    EndpointKey,
    EndpointList,
    EndpointLog,
    EndpointStats,
    Invocation,
    Predictions,
    RollbackSpec,
    RollSpec,
)
from jupyter_mlstudio_server.http import Contract, StudioHandler, operation

if TYPE_CHECKING:
    from jupyter_mlstudio.serving.service import Serving

ENDPOINTS = r"/mlstudio/serving/endpoints"
ENDPOINT = ENDPOINTS + r"/(?P<id>\w+)"
PASSED_ON = ("Content-Type", "Retry-After")
PATIENCE = 75.0
NO_ANSWER = 599
MOST = 100
CLIENT = "mlstudio_endpoint_client"


class ServingHandler(StudioHandler):
    """Base of the routes that put a model behind an endpoint."""

    @property
    def deploys(self) -> "Serving":
        """The endpoints of this process, unless MLflow is needed to fetch the model."""
        return self.studio.serving if self.studio.registry.direct else self.engine.serving


class EndpointsHandler(ServingHandler):
    @operation()
    def get(self) -> EndpointList:
        """List the endpoints, the newest first."""
        return self.studio.serving.endpoints()

    @operation(status=201)
    def post(self, spec: DeploySpec) -> Endpoint:
        """Put a model behind an endpoint; answers at once, while the model is loading."""
        return self.deploys.deploy(spec=spec)


class EndpointHandler(StudioHandler):
    @operation()
    def get(self, id: str) -> EndpointDetail:
        """Show an endpoint, and what one needs to call it."""
        return self.studio.serving.detail(id)

    @operation()
    def delete(self, id: str) -> None:
        """Stop an endpoint and forget it, with its copies of models and its log."""
        self.studio.serving.remove(id)


class StartHandler(StudioHandler):
    @operation()
    def post(self, id: str) -> Endpoint:
        """Start an endpoint that was stopped or has failed."""
        return self.studio.serving.start(id)


class StopHandler(StudioHandler):
    @operation()
    def post(self, id: str) -> Endpoint:
        """Stop an endpoint; requests under way are finished."""
        return self.studio.serving.stop(id)


class RollHandler(ServingHandler):
    @operation()
    def post(self, id: str, spec: RollSpec) -> Endpoint:
        """Put another model behind an endpoint without losing a request."""
        return self.deploys.roll(id=id, spec=spec)


class RollbackHandler(StudioHandler):
    @operation()
    def post(self, id: str, spec: RollbackSpec) -> Endpoint:
        """Let an earlier deployment answer again."""
        return self.studio.serving.rollback(id, spec)


class KeyHandler(StudioHandler):
    @operation()
    def get(self, id: str) -> EndpointKey:
        """Show the key of an endpoint."""
        return self.studio.serving.key(id)

    @operation()
    def post(self, id: str) -> EndpointKey:
        """Give an endpoint a new key; the old one is refused from now on."""
        return self.studio.serving.rotate_key(id)


class LogHandler(StudioHandler):
    @operation()
    def get(self, id: str, lines: int = 200) -> EndpointLog:
        """Show the end of what an endpoint's processes printed."""
        return self.studio.serving.log(id, lines)


class StatsHandler(StudioHandler):
    @operation()
    def get(self, id: str) -> EndpointStats:
        """Show how an endpoint has been doing."""
        return self.studio.serving.stats(id)


class InvocationsHandler(StudioHandler):
    @authenticated
    @authorized
    async def post(self, id: str) -> None:
        """Predict through this server: MLflow's protocol, with the user's token instead of the endpoint's key."""
        url, key = await asyncio.get_running_loop().run_in_executor(None, self.studio.serving.address, id)
        try:
            answer = await self._client.fetch(self._request(url, key), raise_error=False)
        except (HTTPClientError, OSError) as error:
            raise EngineError(f"The endpoint did not answer: {error}. Its log may say why.") from error
        if answer.code == NO_ANSWER:
            raise ConflictError("The endpoint did not answer in time. Its log may say why.", code="no_answer")
        self.set_status(answer.code)
        for name in PASSED_ON:
            if name in answer.headers:
                self.set_header(name, answer.headers[name])
        self.finish(answer.body)

    @property
    def _client(self) -> AsyncHTTPClient:
        """A client of our own: the one that Jupyter shares lets ten requests through at a time."""
        if CLIENT not in self.settings:
            self.settings[CLIENT] = AsyncHTTPClient(force_instance=True, max_clients=MOST)
        return cast(AsyncHTTPClient, self.settings[CLIENT])

    def _request(self, url: str, key: str) -> HTTPRequest:
        return HTTPRequest(
            f"{url}/invocations",
            method="POST",
            body=self.request.body,
            headers={
                "Authorization": f"Bearer {key}",
                "Content-Type": self.request.headers.get("Content-Type", "application/json"),
            },
            request_timeout=PATIENCE,
        )


InvocationsHandler.post.contract = lambda: Contract(  # type: ignore[attr-defined]  # it awaits, so it is no @operation
    200, Invocation, ("id",), {}, Predictions
)

ROUTES = [
    (ENDPOINTS, EndpointsHandler),
    (ENDPOINT, EndpointHandler),
    (ENDPOINT + "/start", StartHandler),
    (ENDPOINT + "/stop", StopHandler),
    (ENDPOINT + "/roll", RollHandler),
    (ENDPOINT + "/rollback", RollbackHandler),
    (ENDPOINT + "/key", KeyHandler),
    (ENDPOINT + "/log", LogHandler),
    (ENDPOINT + "/stats", StatsHandler),
    (ENDPOINT + "/invocations", InvocationsHandler),
]
