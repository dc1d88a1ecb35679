"""What a caller is told when an answer that is sent piece by piece breaks off."""

from jupyter_mlstudio.serving.runtime.refusal import RefusedError
from jupyter_mlstudio.serving.runtime.wire.answers import to_json


def failure(kind: bytes, refusal: RefusedError) -> bytes:
    """Write a refusal as the last piece of a stream of this Content-Type."""
    told = to_json(refusal.body)
    if kind == b"text/event-stream":
        return b"event: error\ndata: " + told + b"\n\n"
    return b'{"error":' + told + b"}\n"
