"""The secret that callers of an endpoint must send; it lives in a file that only its owner can read."""

import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path


class Key:
    """Compares what callers send with the file's content, which may be changed at any time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = (-1, -1)
        self._secret = b""

    def admits(self, headers: Mapping[str, str]) -> bool:
        """Tell whether a request carries the key, as `Authorization: Bearer KEY` or as `X-Api-Key: KEY`."""
        given = headers.get("x-api-key") or _bearer(headers.get("authorization", ""))
        secret = self._current()
        return bool(secret) and hmac.compare_digest(given.encode(), secret)

    def _current(self) -> bytes:
        try:
            status = self._path.stat()
        except OSError:
            return b""
        seen = (status.st_mtime_ns, status.st_ino)
        if seen != self._seen:
            self._secret = self._path.read_bytes().strip()
            self._seen = seen
        return self._secret


def write_key(path: Path) -> str:
    """Put a new key into a file, in one step, readable by its owner only; return it."""
    key = secrets.token_urlsafe(32)
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    part.replace(path)
    return key


def _bearer(authorization: str) -> str:
    kind, _, value = authorization.partition(" ")
    return value.strip() if kind.lower() == "bearer" else ""
