"""A tracking server, asked whether it is there before MLflow is: MLflow itself tries for minutes before it gives up."""

import ssl
import time
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

from jupyter_mlstudio.core.errors import EngineError

PATIENCE = 10
"""Seconds that a server may take to answer."""

FRESH = 10
"""Seconds for which an answer is good."""


class TrackingServer:
    """The server behind a tracking URI; a store that is reached in any other way is always there."""

    def __init__(self, uri: str) -> None:
        self._address = without_credentials(uri).rstrip("/")
        self._asks = urlsplit(uri).scheme in {"http", "https"}
        self._answered = -float(FRESH)

    def check(self, fresh: float = FRESH) -> None:
        """Make sure that the server answers, or did so many seconds ago; what it answers is for MLflow to judge.

        Raises:
            EngineError: It does not; the message names its address.
        """
        if not self._asks or time.monotonic() < self._answered + fresh:
            return
        try:
            urlopen(f"{self._address}/health", timeout=PATIENCE).close()
        except HTTPError as answer:  # it may want to know who asks, or be an older one
            answer.close()
        except (OSError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            if not isinstance(reason, ssl.SSLError):  # MLflow may have been told which certificates are good
                raise unreachable(self._address, str(reason) or type(reason).__name__) from error
        self._answered = time.monotonic()


def unreachable(address: str, reason: str) -> EngineError:
    """Return the error for a server that does not answer."""
    message = f"The tracking server {address} does not answer: {reason}. Check that it runs, and `tracking_uri`."
    return EngineError(message, code="store_unreachable")


def without_credentials(uri: str) -> str:
    """Return an address as it may be shown: without the name and password that may stand before the host."""
    parts = urlsplit(uri)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() if "@" in parts.netloc else uri
