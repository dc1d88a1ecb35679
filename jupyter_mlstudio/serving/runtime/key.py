"""The secret that callers of an endpoint must send; it lives in a file that only its owner can read."""

import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

SECONDS = 0.05
"""For how long the file is not looked at again. A key that does not fit is held against the newest at once."""


class Key:
    """Compares what callers send with the file's content, which may be changed at any time.

    Attributes:
        generation: Grows with every change of the key; what was admitted before has to show its key again.
        next_look: When the file has to be looked at again, on the clock of time.perf_counter.
    """

    def __init__(self, path: Path) -> None:
        self._path = str(path)
        self._seen = (-1, -1)
        self._secret = b""
        self.generation, self.next_look = 0, 0.0
        self.look(0.0)

    def fits(self, headers: Mapping[bytes, bytes]) -> bool:
        """Tell whether a request carries the key, as `Authorization: Bearer KEY` or as `X-Api-Key: KEY`."""
        given = headers.get(b"x-api-key") or _bearer(headers.get(b"authorization", b""))
        if self._equals(given):
            return True
        self.look(0.0)
        return self._equals(given)

    def look(self, now: float) -> None:
        """Read the file again if it was changed."""
        self.next_look = now + SECONDS
        try:
            status = os.stat(self._path)  # noqa: PTH116  # a Path would cost more than the call itself
            seen = (status.st_mtime_ns, status.st_ino)
            if seen == self._seen:
                return
            secret = Path(self._path).read_bytes().strip()
        except OSError:
            seen, secret = (-1, -1), b""  # without a key nobody is admitted
        self._seen = seen
        if secret != self._secret:
            self._secret = secret
            self.generation += 1

    def _equals(self, given: bytes) -> bool:
        return bool(self._secret) and hmac.compare_digest(given, self._secret)


def write_key(path: Path) -> str:
    """Put a new key into a file, in one step, readable by its owner only; return it."""
    key = secrets.token_urlsafe(32)
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    part.replace(path)
    return key


def _bearer(authorization: bytes) -> bytes:
    kind, _, value = authorization.partition(b" ")
    return value.strip() if kind.lower() == b"bearer" else b""
