"""Calls an endpoint over HTTP, and turns its refusals into our errors."""

import json
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

from jupyter_mlstudio.core.errors import ConflictError, EngineError, InvalidError

PATIENCE = 75.0
FAILED = 500
BUSY = (408, 429)


def get(url: str, key: str) -> Any:
    """Ask for JSON."""
    return _call(Request(url, headers={"Authorization": f"Bearer {key}"}))


def post(url: str, key: str, content: object) -> Any:
    """Send JSON and return the JSON that comes back."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    return _call(Request(url, json.dumps(content, allow_nan=False).encode(), headers))


def _call(request: Request) -> Any:
    """Call without any proxy: the endpoint is on this machine.

    Raises:
        InvalidError: The endpoint refused the rows; the message names the column and what was expected.
        ConflictError: It is busy, or does not answer at all.
        EngineError: The model failed.
    """
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=PATIENCE) as answer:
            return json.load(answer)
    except HTTPError as error:
        raise _refusal(error) from None
    except (URLError, OSError) as error:
        raise ConflictError(f"The endpoint does not answer: {error}. Its log may say why.", code="no_answer") from error


def _refusal(error: HTTPError) -> Exception:
    try:
        body = json.loads(error.read())
        message, reason = str(body["message"]), str(body["reason"])
    except (ValueError, KeyError, TypeError):
        message, reason = f"The endpoint answered with status {error.code}.", "endpoint"
    if error.code in BUSY:
        return ConflictError(message, code=reason)
    return (EngineError if error.code >= FAILED else InvalidError)(message, code=reason)
