"""The way through this server to what endpoints answer, with the user's token instead of the endpoint's key."""

import asyncio
import time
from typing import Any, cast
from urllib.parse import urlsplit

from jupyter_server.auth.decorator import authorized
from tornado.web import HTTPError, authenticated, stream_request_body

from jupyter_mlstudio.core.errors import ConflictError
from jupyter_mlstudio.serving.types import Invocation, Predictions
from jupyter_mlstudio_server.http import Contract, StudioHandler
from jupyter_mlstudio_server.passage import Line, LostError, passage_of, request_head
from jupyter_mlstudio_server.remembering import remembering

ENDPOINT = r"/mlstudio/serving/endpoints/(?P<id>\w+)"
MOST = 65 * 2**20
"""Bytes of a body; endpoints refuse a little fewer themselves, and say so better."""
AGAIN = 2**20
"""Bytes of a request that are kept, to send it again if the endpoint has just closed a kept connection."""
REMEMBERED = 1.0
"""Seconds for which an endpoint's address is not looked up again."""
UNKNOWN_KEY = 401
SENT_ON = (
    "content-type",
    "content-encoding",
    "content-length",
    "transfer-encoding",
    "accept",
    "prefer",
    "x-request-id",
    "x-session-id",
    "inference-header-content-length",
    "x-amzn-sagemaker-target-model",
    "x-amzn-sagemaker-target-variant",
    "x-amzn-sagemaker-session-id",
    "x-amzn-sagemaker-inference-id",
)
HANDED_BACK = (
    "retry-after",
    "x-request-id",
    "x-state",
    "preference-applied",
    "server-timing",
    "inference-header-content-length",
)
PAGE = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:;"
    " connect-src 'self'; form-action 'none'; frame-ancestors 'self'"
)
"""What the endpoint's own page may do in the browser: ask this server, and nobody else."""

Address = tuple[str, int, str]


@stream_request_body
class PassingHandler(StudioHandler):
    """Base of what passes requests on: both bodies are passed on in pieces, never held whole."""

    _line: Line | None = None
    _again: bytes | None

    async def prepare(self) -> None:  # type: ignore[override]  # as in APIHandler
        """Let nobody in who may not, then begin to pass the request on."""
        await super().prepare()
        method = self.request.method
        if method == "OPTIONS":
            return
        if self.current_user is None or not self._may():
            raise HTTPError(403)
        self.identity_provider.remember(self)
        if int(self.request.headers.get("Content-Length", "0")) > MOST:
            raise HTTPError(413, "The body is larger than an endpoint takes. Send fewer rows a request.")
        cast(Any, self.request.connection).set_max_body_size(MOST)
        self._address = await self._find()
        self._unsent = self._again = self._head()
        self._line = await self._connected()

    async def data_received(self, chunk: bytes) -> None:
        """Pass a piece of the request on, the first one with the head."""
        if self._chunked:
            chunk = b"%x\r\n%b\r\n" % (len(chunk), chunk)
        if self._again is not None:
            self._again = self._again + chunk if len(self._again) + len(chunk) <= AGAIN else None
        if self._line is not None:
            self._line.write(self._unsent + chunk)
            self._unsent = b""
            await self._line.drained()

    def on_connection_close(self) -> None:
        """Let the endpoint know that nobody listens any more."""
        super().on_connection_close()
        self._let_go()

    def on_finish(self) -> None:
        """Leave no connection behind in the middle of an answer."""
        super().on_finish()
        self._let_go()

    def _let_go(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    async def passed_on(self) -> None:
        """Pass the answer back."""
        if self._chunked or self._unsent:
            await self.data_received(b"")
        try:
            status, headers = await self._answered()
            if status == UNKNOWN_KEY and self._again is not None:
                status, headers = await self._with_another_key(self._again)
            await self._hand_back(status, headers)
        except TimeoutError:
            raise ConflictError("The endpoint did not answer in time. Its log may say why.", code="no_answer") from None
        except LostError:
            self._broken()

    async def _answered(self) -> tuple[int, dict[str, str]]:
        """Wait for the answer's head; a request that a kept connection did not carry is sent again over a new one."""
        line = self._line
        if line is None:
            raise LostError
        try:
            return await line.head()
        except LostError:
            if not line.used or self._again is None:
                raise
            self._line = line = await passage_of(self.settings).line(self._address[:2], fresh=True)
            line.write(self._again)
            return await line.head()

    async def _with_another_key(self, sent: bytes) -> tuple[int, dict[str, str]]:
        """Ask once more: the endpoint was given a new key since we looked."""
        self._let_go()
        self._known.pop(self.path_kwargs["id"], None)
        former, self._address = self._address[2], await self._find()
        self._line = line = await self._connected()
        line.write(sent.replace(f"Bearer {former}".encode(), f"Bearer {self._address[2]}".encode(), 1))
        return await line.head()

    async def _hand_back(self, status: int, headers: dict[str, str]) -> None:
        line = self._line
        if line is None:
            raise LostError
        kind = self._begin(status, headers)
        last = line.whole()
        if last is None:
            last = await self._in_pieces(line)
        self._line = None
        passage_of(self.settings).give_back(line)
        self.finish(last, set_content_type=kind)

    async def _in_pieces(self, line: Line) -> bytes:
        """Pass on what comes as it comes; returns the last piece, which the end of the answer takes along."""
        last = b""
        async for piece in line.pieces():
            if last:
                self.write(last)
                await self.flush()
            last = piece
        return last

    @property
    def identity_provider(self) -> Any:
        """The server's, which remembers tokens for a moment."""
        return remembering(self.settings, super().identity_provider)

    def _log(self) -> None:
        """Leave predictions that went well out of the server's log: endpoints count them."""
        if self.get_status() >= 400:  # noqa: PLR2004  # as HTTP has it
            super()._log()

    def _begin(self, status: int, headers: dict[str, str]) -> str:
        """Write the head of the answer."""
        self.set_status(status)
        kind = headers.get("content-type", "application/json")
        for name in HANDED_BACK:
            if name in headers:
                self.set_header(name, headers[name])
        if "location" in headers:
            self.set_header("Location", self._translated(headers["location"]))
        self.set_header("Content-Type", kind)
        self.set_header("X-Content-Type-Options", "nosniff")
        if kind.startswith("text/html"):
            self.set_header("Content-Security-Policy", PAGE)
        return kind

    def _broken(self) -> None:
        """Say that the worker ended while it had the request; an answer that has begun can only be cut off."""
        if self._headers_written:
            cast(Any, self.request.connection).stream.close()
            return
        self.set_status(503)
        self.set_header("Retry-After", "1")
        told = "The endpoint's worker ended before it had answered. Another one takes its place: try again."
        self.finish({"message": told, "reason": "worker_ended"})

    async def _find(self) -> Address:
        """Return where the endpoint answers, and its key."""
        endpoint = self.path_kwargs["id"]
        known = self._known.get(endpoint)
        if known is not None and time.monotonic() < known[1]:
            return known[0]
        url, key = await asyncio.get_running_loop().run_in_executor(None, self.studio.serving.address, endpoint)
        place = urlsplit(url)
        address = (str(place.hostname), int(place.port or 80), key)
        self._known[endpoint] = (address, time.monotonic() + REMEMBERED)
        return address

    async def _connected(self) -> Line:
        try:
            return await passage_of(self.settings).line(self._address[:2])
        except ConflictError:
            self._known.pop(self.path_kwargs["id"], None)
            raise

    def _head(self) -> bytes:
        given = self.request.headers
        headers = {name: given[name] for name in SENT_ON if name in given}
        self._chunked = headers.pop("transfer-encoding", "").lower() == "chunked"
        if self._chunked:
            headers["transfer-encoding"] = "chunked"
            headers.pop("content-length", None)
        host, port, key = self._address
        path = self.path_kwargs.get("path", "invocations")
        target = f"/{path}" + (f"?{self._query}" if self._query else "")
        return request_head(
            self.request.method, target, f"{host}:{port}", {**headers, "authorization": f"Bearer {key}"}
        )

    @property
    def _query(self) -> str:
        """What follows the question mark, without the user's token and the number that JupyterLab adds to each POST."""
        parts = self.request.query.split("&") if self.request.query else []
        return "&".join(
            part for part in parts if not part.startswith(("token=", "_xsrf=")) and not part.rstrip("=").isdecimal()
        )

    def _translated(self, location: str) -> str:
        """Say where something is to be found through this server."""
        if not location.startswith("/"):
            return location
        return f"{self.base_url}mlstudio/serving/endpoints/{self.path_kwargs['id']}/proxy{location}"

    def _may(self) -> bool:
        action = {"GET": "read", "HEAD": "read"}.get(self.request.method, "write")
        return bool(self.authorizer.is_authorized(self, self.current_user, action, self.auth_resource))

    @property
    def _known(self) -> dict[str, tuple[Address, float]]:
        known: dict[str, tuple[Address, float]] = self.settings.setdefault("mlstudio_addresses", {})
        return known


class InvocationsHandler(PassingHandler):
    @authenticated
    async def post(self, id: str) -> None:
        """Predict through this server: any body that an endpoint takes at /invocations."""
        await self.passed_on()


class ProxyHandler(PassingHandler):
    @authenticated
    async def get(self, id: str, path: str) -> None:
        """Show what an endpoint shows at a path of its own: its page, its description, its figures."""
        await self.passed_on()

    @authenticated
    async def post(self, id: str, path: str) -> None:
        """Send something to a path of an endpoint's own."""
        await self.passed_on()

    @authenticated
    async def delete(self, id: str, path: str) -> None:
        """Take something back at a path of an endpoint's own."""
        await self.passed_on()


class ProxySlashHandler(StudioHandler):
    @authenticated
    @authorized
    def get(self, id: str) -> None:
        """Go where the page's own links are right."""
        self.redirect(f"{self.base_url}mlstudio/serving/endpoints/{id}/proxy/")


InvocationsHandler.post.contract = lambda: Contract(  # type: ignore[attr-defined]  # it awaits, so it is no @operation
    200, Invocation, ("id",), {}, Predictions
)

ROUTES = [
    (ENDPOINT + "/invocations", InvocationsHandler),
    (ENDPOINT + "/proxy", ProxySlashHandler),
    (ENDPOINT + "/proxy/(?P<path>.*)", ProxyHandler),
]
