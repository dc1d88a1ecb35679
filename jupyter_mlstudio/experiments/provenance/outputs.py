"""What a cell has shown, gathered as the kernel sends it: bounded, without secrets, in the notebook format."""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from jupyter_mlstudio.experiments.provenance.secrets import redacted

Output = dict[str, Any]  # an output in the notebook format, whose fields belong to nbformat

TEXT = 400_000
"""Characters of one text that are kept; of a longer one the beginning and the end."""

CHUNK = 50_000
"""Characters of a text's end that are let go at a time."""

BINARY = 4_000_000
"""Characters of a picture or of another thing that is no text; a larger one is left out."""

CELL = 12_000_000
"""Characters of all outputs of a cell; what comes after is left out."""

MANY = 2_000
"""Outputs of one cell that are kept: a loop that displays must not fill the memory."""

SHOWING = frozenset({"stream", "display_data", "execute_result", "error", "clear_output", "update_display_data"})
"""The kernel's messages that change what a cell shows."""

ENCODED = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "audio/", "video/")
"""Media types that are no text: nothing is sought in them."""


class Long:
    """A text that grows; when it gets too long, only its beginning and its end are kept."""

    def __init__(self) -> None:
        self._head: list[str] = []
        self._tail: deque[str] = deque()
        self._kept = self._tailed = self.left_out = 0

    def add(self, text: str) -> None:
        """Append a piece."""
        room = TEXT // 2 - self._kept
        if room > 0:
            self._head.append(text[:room])
            self._kept += len(text[:room])
            text = text[room:]
        for at in range(0, len(text), CHUNK):
            self._tail.append(text[at : at + CHUNK])
            self._tailed += len(self._tail[-1])
            while self._tail and self._tailed - len(self._tail[0]) >= TEXT // 2:
                gone = self._tail.popleft()
                self._tailed -= len(gone)
                self.left_out += len(gone)

    @property
    def kept(self) -> int:
        """How many characters are kept."""
        return self._kept + self._tailed

    def __str__(self) -> str:
        """Return the text, with a mark where something is missing."""
        tail = "".join(self._tail)
        mark = f"\n[… {self.left_out:,} characters were not kept …]\n" if self.left_out else ""
        return "".join(self._head) + mark + tail


class Outputs:
    """The outputs of one execution of a cell."""

    def __init__(self) -> None:
        self._items: list[Output] = []
        self._wait = False
        self._size = self._left_out = 0
        self.changes = 0

    def take(self, kind: str, content: dict[str, Any]) -> Output | None:
        """Take a message of the kernel; return the output that can be updated by its name, if it is one."""
        self.changes += 1
        if kind == "clear_output":
            self._wait = bool(content.get("wait"))
            if not self._wait:
                self._clear()
            return None
        if self._wait:
            self._clear()
        if kind == "stream":
            self._stream(content)
            return None
        return self._add(_output(kind, content))

    @property
    def size(self) -> int:
        """About how many characters these are."""
        return self._size + sum(int(item["text"].kept) for item in list(self._items) if item["output_type"] == "stream")

    def let_go(self) -> None:
        """Free the memory; what has been kept on disk is not touched."""
        mark = {"output_type": "stream", "name": "stderr", "text": Long()}
        mark["text"].add("[These outputs were not kept: there were too many before the run.]\n")  # type: ignore[attr-defined]
        self._items, self._size = [mark], 0

    def listed(self, secrets: Sequence[str] = ()) -> list[Output]:
        """Return the outputs as a notebook keeps them, without secrets."""
        shown = [_clean(item, secrets) for item in list(self._items)]
        if self._left_out:
            text = f"[{self._left_out:,} further outputs were not kept]\n"
            shown.append({"output_type": "stream", "name": "stderr", "text": text})
        return shown

    def _clear(self) -> None:
        self._items, self._wait, self._size, self._left_out = [], False, 0, 0

    def _stream(self, content: dict[str, Any]) -> None:
        name, text = str(content.get("name", "stdout")), str(content.get("text", ""))
        last = self._items[-1] if self._items else None
        if last is None or last["output_type"] != "stream" or last["name"] != name:
            last = self._add({"output_type": "stream", "name": name, "text": Long()})
        if last is not None and isinstance(last["text"], Long):
            last["text"].add(text)

    def _add(self, output: Output) -> Output | None:
        size = _size_of(output)
        if len(self._items) >= MANY or self._size + size > CELL:
            self._left_out += 1
            return None
        self._size += size
        self._items.append(output)
        return output


def update(output: Output, content: dict[str, Any]) -> None:
    """Replace what an output shows."""
    output["data"], output["metadata"] = _data(content), content.get("metadata") or {}


def is_text(kind: str) -> bool:
    """Tell whether a media type is one that notebooks keep by line."""
    return kind.startswith("text/") or kind in ("application/javascript", "image/svg+xml")


def _output(kind: str, content: dict[str, Any]) -> Output:
    if kind == "error":
        return {
            "output_type": "error",
            "ename": str(content.get("ename", "")),
            "evalue": str(content.get("evalue", "")),
            "traceback": [str(line) for line in content.get("traceback") or ()],
        }
    shown = {"output_type": kind, "data": _data(content), "metadata": content.get("metadata") or {}}
    return {**shown, "execution_count": content.get("execution_count")} if kind == "execute_result" else shown


def _data(content: dict[str, Any]) -> dict[str, Any]:
    data = dict(content.get("data") or {})
    for kind, value in data.items():
        if isinstance(value, str) and len(value) > (BINARY if _encoded(kind) else TEXT * 4):
            return {"text/plain": f"[{kind} of {len(value) / 1e6:,.1f} MB was not kept]\n{_short(data)}"}
    return data


def _short(data: dict[str, Any]) -> str:
    return str(data.get("text/plain", ""))[:1000]


def _size_of(output: Output) -> int:
    values: Iterator[object] = iter((output.get("data") or {}).values())
    return sum(len(value) if isinstance(value, str) else 200 for value in values)


def _clean(output: Output, secrets: Sequence[str]) -> Output:
    def clean(value: Any) -> Any:
        return redacted(_sendable(str(value)), secrets) if isinstance(value, str | Long) else value

    if output["output_type"] == "stream":
        return {**output, "text": clean(output["text"])}
    if output["output_type"] == "error":
        lines = [clean(line) for line in output["traceback"]]
        return {**output, "evalue": clean(output["evalue"]), "traceback": lines}
    data = {kind: value if _encoded(kind) else _deep(value, clean) for kind, value in output["data"].items()}
    return {**output, "data": data}


def _sendable(text: str) -> str:
    """Return a text as the browser gets it: what is no Unicode is replaced."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _deep(value: Any, clean: Any) -> Any:
    if isinstance(value, dict):
        return {key: _deep(item, clean) for key, item in value.items()}
    return [_deep(item, clean) for item in value] if isinstance(value, list) else clean(value)


def _encoded(kind: str) -> bool:
    return kind.startswith(ENCODED)
