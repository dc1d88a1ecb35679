"""Reads a growing log file in parts."""

from codecs import getincrementaldecoder
from pathlib import Path

from jupyter_mlstudio.jobs.types import JobLog

PART = 256 * 1024  # bytes that one answer holds
TAIL = 64 * 1024  # bytes that count as the last lines


def read_log(path: Path, since: int | None) -> JobLog:
    """Return what follows a place in the file, without cutting a character; without a place its last lines."""
    if not path.is_file():
        return JobLog(text="", next=0)
    with path.open("rb") as file:
        size = file.seek(0, 2)
        start = max(0, size - TAIL) if since is None else min(max(0, since), size)
        file.seek(start)
        raw = file.read(PART)
    if since is None and start > 0:
        start += raw.find(b"\n") + 1
        raw = raw[raw.find(b"\n") + 1 :]
    decoder = getincrementaldecoder("utf-8")("replace")
    text = decoder.decode(raw)
    begun = len(decoder.getstate()[0])  # bytes of a character whose end the next part holds
    return JobLog(text=text, next=start + len(raw) - begun)
