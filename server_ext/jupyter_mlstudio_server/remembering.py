"""Who asks: the server's own answer, not worked out anew for every one of many requests with the same token."""

import time
from typing import Any, NamedTuple, cast

from tornado.web import RequestHandler

REMEMBERED = 5.0
"""Seconds for which a token that was right counts as right."""
MOST = 64


class Known(NamedTuple):
    """Somebody who has shown a right token."""

    user: Any
    until: float


class Remembering:
    """The server's identity provider, as it is in all but this."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider
        self._known: dict[str, Known] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._provider, name)

    def get_user(self, handler: RequestHandler) -> Any:
        """Return who asks, or None; may have to be awaited."""
        known = self._known.get(handler.request.headers.get("Authorization", ""))
        if known is None or time.monotonic() > known.until:
            return self._provider.get_user(handler)
        handler._token_authenticated = True  # type: ignore[attr-defined]  # as Jupyter's own marks it
        return known.user

    def remember(self, handler: RequestHandler) -> None:
        """Remember who asks, if a token in the request's head has shown it."""
        shown = handler.request.headers.get("Authorization")
        if shown is None or handler.current_user is None or not self._provider.is_token_authenticated(handler):
            return
        known = self._known.get(shown)
        if known is None or time.monotonic() > known.until:
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[shown] = Known(handler.current_user, time.monotonic() + REMEMBERED)


def remembering(settings: dict[str, Any], provider: Any) -> Remembering:
    """Return this server's; made at the first request."""
    kept = cast("Remembering | None", settings.get("mlstudio_remembering"))
    if kept is None:
        kept = settings["mlstudio_remembering"] = Remembering(provider)
    return kept
