"""Tells another program of an alert, with a POST of a few facts; never with rows or values of them."""

import json
import time
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from jupyter_mlstudio.monitoring.types import Alert

TIMES, SECONDS, PAUSE = 3, 4.0, 0.5


class NoRedirect(HTTPRedirectHandler):
    """Follows no redirection: the address that was given is the one that is told."""

    def redirect_request(self, *_: Any) -> None:
        """Refuse."""


def post(address: str, alert: Alert) -> str:
    """Tell an address of an alert, several times if need be; returns how it went, as a sentence."""
    body = json.dumps(facts(alert)).encode()
    said = ""
    for attempt in range(TIMES):
        if attempt:
            time.sleep(PAUSE * 2**attempt)
        request = Request(address, body, {"Content-Type": "application/json", "User-Agent": "jupyter-mlstudio"})
        try:
            with build_opener(NoRedirect).open(request, timeout=SECONDS) as answer:
                return f"The webhook was told; it answered {answer.status}."
        except HTTPError as error:
            said = f"it answered {error.code}"
            if error.code < HTTPStatus.INTERNAL_SERVER_ERROR and error.code != HTTPStatus.TOO_MANY_REQUESTS:
                break  # what it refuses now, it refuses again
        except (URLError, OSError, ValueError) as error:
            said = str(getattr(error, "reason", error))
    return f"The webhook could not be told: {said}."


def facts(alert: Alert) -> dict[str, Any]:
    """Return what is sent: `text` is what chat programs show."""
    return {
        "text": alert.sentence,
        "id": alert.id,
        "endpoint": alert.endpoint,
        "endpoint_id": alert.endpoint_id,
        "deployment": alert.number,
        "kind": alert.kind.value,
        "columns": alert.columns,
        "report_id": alert.report_id,
        "at": alert.at.isoformat(),
    }
