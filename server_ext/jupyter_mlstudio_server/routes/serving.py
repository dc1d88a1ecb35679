"""Endpoints over HTTP."""

from typing import TYPE_CHECKING

from jupyter_mlstudio.serving.deferred_types import DeferredList, DeferredRequest
from jupyter_mlstudio.serving.stats_types import EndpointLog, EndpointStats
from jupyter_mlstudio.serving.types import (
    CaptureSpec,
    DeploySpec,
    Endpoint,
    EndpointDetail,
    EndpointKey,
    EndpointList,
    FollowSpec,
    PromoteSpec,
    RollbackSpec,
    RollSpec,
    Scaling,
    TrafficSpec,
)
from jupyter_mlstudio_server.http import StudioHandler, operation

if TYPE_CHECKING:
    from jupyter_mlstudio.serving.service import Serving

ENDPOINTS = r"/mlstudio/serving/endpoints"
ENDPOINT = ENDPOINTS + r"/(?P<id>\w+)"


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


class TrafficHandler(StudioHandler):
    @operation()
    def put(self, id: str, spec: TrafficSpec) -> Endpoint:
        """Divide the requests among deployments from now on."""
        return self.studio.serving.divide(id, spec)


class PromoteHandler(StudioHandler):
    @operation()
    def post(self, id: str, spec: PromoteSpec) -> Endpoint:
        """Give a canary or a shadow the whole traffic of its model name."""
        return self.studio.serving.promote(id, spec)


class ScalingHandler(StudioHandler):
    @operation()
    def put(self, id: str, spec: Scaling) -> Endpoint:
        """Say how many workers shall answer, and when it may sleep."""
        return self.studio.serving.scale(id, spec)


class CaptureHandler(StudioHandler):
    @operation()
    def put(self, id: str, spec: CaptureSpec) -> Endpoint:
        """Say what is kept of requests and answers."""
        return self.studio.serving.capture(id, spec)


class FollowHandler(ServingHandler):
    @operation()
    def put(self, id: str, spec: FollowSpec) -> Endpoint:
        """Follow an alias of a registered model, or none; the version that it stands for is rolled to."""
        return self.deploys.follow(id=id, spec=spec)


class SleepHandler(StudioHandler):
    @operation()
    def post(self, id: str) -> Endpoint:
        """Let an endpoint fall asleep now; the next request wakes it."""
        return self.studio.serving.sleep(id)


class WakeHandler(StudioHandler):
    @operation()
    def post(self, id: str) -> Endpoint:
        """Wake an endpoint before the first request does."""
        return self.studio.serving.wake(id)


class RequestsHandler(StudioHandler):
    @operation()
    def get(self, id: str, limit: int = 100) -> DeferredList:
        """List the requests that are answered later, the newest first."""
        return self.studio.serving.requests(id, limit)


class RequestHandler(StudioHandler):
    @operation()
    def delete(self, id: str, request: str) -> DeferredRequest:
        """Take a waiting request back, or delete the result of one that has ended."""
        return self.studio.serving.cancel(id, request)


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


ROUTES = [
    (ENDPOINTS, EndpointsHandler),
    (ENDPOINT, EndpointHandler),
    (ENDPOINT + "/start", StartHandler),
    (ENDPOINT + "/stop", StopHandler),
    (ENDPOINT + "/roll", RollHandler),
    (ENDPOINT + "/rollback", RollbackHandler),
    (ENDPOINT + "/traffic", TrafficHandler),
    (ENDPOINT + "/promote", PromoteHandler),
    (ENDPOINT + "/scaling", ScalingHandler),
    (ENDPOINT + "/capture", CaptureHandler),
    (ENDPOINT + "/follow", FollowHandler),
    (ENDPOINT + "/sleep", SleepHandler),
    (ENDPOINT + "/wake", WakeHandler),
    (ENDPOINT + "/requests", RequestsHandler),
    (ENDPOINT + r"/requests/(?P<request>\w+)", RequestHandler),
    (ENDPOINT + "/key", KeyHandler),
    (ENDPOINT + "/log", LogHandler),
    (ENDPOINT + "/stats", StatsHandler),
]
