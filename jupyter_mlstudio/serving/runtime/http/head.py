"""The head of a request: what stands before the empty line, checked strictly and understood once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

import httptools

from jupyter_mlstudio.serving.runtime.http.exchange import Route
from jupyter_mlstudio.serving.runtime.refusal import RefusedError

LONGEST = 32 * 1024
"""Bytes of a head; more is refused."""
MOST_FIELDS = 128
KNOWN = 512
"""How many heads are remembered."""
KNOWN_LENGTH = 4096
IDS = (b"x-request-id", b"x-amzn-sagemaker-inference-id")
LONGEST_ID = 128
LATER = "/async/invocations"
"""What answers a request that asks to be answered later (`Prefer: respond-async`)."""


class BadRequestError(Exception):
    """What was sent is no HTTP that can be answered; the connection is of no further use."""


@dataclass(slots=True, eq=False)
class Head:
    """What a head means, and who answers it.

    Attributes:
        length: Of the body; 0 if there is none, or if it comes in chunks.
        keep: Whether the caller would go on using the connection.
        minor: 0 for HTTP/1.0, 1 for HTTP/1.1.
        refusal: Why nobody answers at this address.
        allow: The methods that the address takes.
        simple: Whether nothing has to be said about the connection or the request in the answer's head.
        admitted: With which state of the key it was found to carry it; -1 if it has not been.
    """

    method: str
    target: str
    headers: Mapping[bytes, bytes]
    length: int
    chunked: bool
    keep: bool
    minor: int
    expects: bool
    id: str | None
    path: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    argument: Mapping[str, str] = field(default_factory=dict)
    model: str = ""
    version: str = ""
    route: Route | None = None
    refusal: RefusedError | None = None
    admitted: int = -1

    simple: bool = False
    allow: bytes = b""

    @property
    def plain(self) -> bool:
        """Whether a body of known length follows without ado, and nothing is said of this one request alone."""
        return self.keep and self.id is None and not (self.chunked or self.expects)


NO_HEAD = Head("", "", {}, 0, False, False, 1, False, None)
"""Stands for a head that could not be read."""


class _Found:
    """Collects what the parser comes across."""

    __slots__ = ("complete", "fields", "target")

    def __init__(self) -> None:
        self.target, self.fields, self.complete = b"", list[tuple[bytes, bytes]](), False

    def on_url(self, part: bytes) -> None:
        self.target += part

    def on_header(self, name: bytes, value: bytes) -> None:
        self.fields.append((name.lower(), value.strip()))

    def on_headers_complete(self) -> None:
        self.complete = True


def read_head(raw: bytes) -> Head:
    """Understand a head, which ends with its empty line.

    Raises:
        BadRequestError: It breaks the rules of HTTP/1.1.
    """
    found = _Found()
    parser = httptools.HttpRequestParser(found)
    try:
        parser.feed_data(raw)
    except httptools.HttpParserUpgrade:
        pass  # another protocol is offered, and declined by answering in this one
    except httptools.HttpParserError as error:
        raise BadRequestError(str(error) or "The request line cannot be read") from None
    method, version = parser.get_method().decode("ascii"), parser.get_http_version()
    if not found.complete or version not in ("1.0", "1.1") or method == "CONNECT":
        raise BadRequestError(f"{method} with HTTP/{version} is not spoken here")
    if len(found.fields) > MOST_FIELDS:
        raise BadRequestError(f"There are more than {MOST_FIELDS} header fields")
    headers = _joined(found.fields)
    keep = parser.should_keep_alive() or (b"upgrade" in headers and version == "1.1")
    named = _id(headers)
    return Head(
        method=method,
        target=found.target.decode("latin-1"),
        headers=headers,
        length=int(headers.get(b"content-length", b"0")),
        chunked=_chunked(headers),
        keep=keep,
        minor=int(version[2]),
        expects=headers.get(b"expect", b"").lower() == b"100-continue" and version == "1.1",
        id=named,
        simple=keep and version == "1.1" and named is None and method != "HEAD",
    )


def _joined(fields: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    headers: dict[bytes, bytes] = {}
    for name, value in fields:
        headers[name] = headers[name] + b", " + value if name in headers else value
    return headers


def _chunked(headers: Mapping[bytes, bytes]) -> bool:
    coding = headers.get(b"transfer-encoding")
    if coding is None:
        return False
    if coding.lower() != b"chunked":
        raise BadRequestError("Of the transfer codings, only chunked is understood")
    return True


def _id(headers: Mapping[bytes, bytes]) -> str | None:
    for name in IDS:
        if name in headers:
            return safe_id(headers[name].decode("latin-1"))
    return None


def safe_id(text: str) -> str:
    """Return what of a caller's name for a request may stand in a header field."""
    return "".join(letter for letter in text[:LONGEST_ID] if " " < letter < "\x7f")


class Router:
    """Finds who answers at an address."""

    def __init__(self, routes: tuple[Route, ...]) -> None:
        self._exact: dict[str, list[Route]] = {}
        self._patterns: list[tuple[tuple[str, ...], Route]] = []
        for route in routes:
            if "{" in route.pattern:
                self._patterns.append((tuple(route.pattern.split("/")), route))
            else:
                self._exact.setdefault(route.pattern, []).append(route)

    def resolve(self, head: Head) -> None:
        """Fill in what a head's address means."""
        target = head.target
        if not target.startswith("/"):  # an absolute address, as proxies send it
            target = "/" + target.partition("://")[2].partition("/")[2] if "://" in target else target
        path, _, query = target.partition("?")
        head.path = unquote(path)
        head.query = dict(parse_qsl(query, keep_blank_values=True)) if query else {}
        found = self._exact.get(path) or self._matching(path)
        self._choose(head, found)
        if head.route is not None and head.route.reader and b"respond-async" in head.headers.get(b"prefer", b""):
            head.route = next(iter(self._exact.get(LATER, ())), head.route)
        head.argument = _filled(head.route, path) if head.route is not None and "{" in head.route.pattern else {}
        head.model = head.argument.get("model") or _text(head, b"x-amzn-sagemaker-target-model")
        head.version = head.argument.get("version") or _text(head, b"x-amzn-sagemaker-target-variant")

    @staticmethod
    def _choose(head: Head, found: list[Route]) -> None:
        method = "GET" if head.method == "HEAD" else head.method
        head.route = next((route for route in found if method in route.methods), None)
        allow = sorted({method for route in found for method in _with_head(route.methods)} | {"OPTIONS"})
        head.allow = ", ".join(allow).encode() if found else b""
        if not found:
            told = f"There is no {head.path[:200]} here. GET /openapi.json lists what there is."
            head.refusal = RefusedError("not_found", told, status=404)
        elif head.route is None:
            told = f"{head.path[:200]} does not take {head.method}, but {', '.join(allow)}."
            head.refusal = RefusedError("method", told, status=405, allow=allow)

    def _matching(self, path: str) -> list[Route]:
        parts = path.split("/")
        return [route for pattern, route in self._patterns if _fits(pattern, parts)]


def _text(head: Head, name: bytes) -> str:
    return head.headers.get(name, b"").decode("latin-1")


def _with_head(methods: tuple[str, ...]) -> tuple[str, ...]:
    return (*methods, "HEAD") if "GET" in methods else methods


def _fits(pattern: tuple[str, ...], parts: list[str]) -> bool:
    if len(pattern) != len(parts):
        return False
    return all(bool(part) if want.startswith("{") else want == part for want, part in zip(pattern, parts, strict=True))


def _filled(route: Route, path: str) -> dict[str, str]:
    pairs = zip(route.pattern.split("/"), path.split("/"), strict=True)
    return {want[1:-1]: unquote(part) for want, part in pairs if want.startswith("{")}


class Heads:
    """Understands heads, and remembers them: a caller sends the same one with every request.

    Attributes:
        known: By their bytes; only such after which a body of known length follows without ado.
    """

    def __init__(self, router: Router) -> None:
        self.known: dict[bytes, Head] = {}
        self._router = router

    def understand(self, raw: bytes) -> Head:
        """Return what a head means.

        Raises:
            BadRequestError: It breaks the rules of HTTP/1.1.
        """
        head = self.known.get(raw)
        if head is None:
            head = read_head(raw)
            self._router.resolve(head)
        return head

    def remember(self, raw: bytes, head: Head) -> None:
        """Know a head again that was answered well."""
        if len(raw) <= KNOWN_LENGTH and head.plain:
            if len(self.known) >= KNOWN:
                self.known.pop(next(iter(self.known)))
            self.known[raw] = head
