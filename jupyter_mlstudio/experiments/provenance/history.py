"""What IPython itself remembers of the cells that were executed before anybody listened."""

from typing import Any, NamedTuple

from jupyter_mlstudio.experiments.provenance.outputs import Outputs

STREAMS = {"out_stream": "stdout", "err_stream": "stderr"}


class Past(NamedTuple):
    """A cell that was executed, or is being executed, as the history knows it."""

    number: int
    source: str
    state: str
    outputs: Outputs


def past(shell: Any, after: int = 0) -> list[Past]:
    """Return the executed cells after a number, the last of which asks; IPython cuts line ends off their sources."""
    sources = list(shell.history_manager.input_hist_raw)
    running = len(sources) - 1
    failed = getattr(shell.history_manager, "exceptions", None) or {}
    return [
        Past(number, str(sources[number]), _state(number, running, failed), _outputs(shell, number))
        for number in range(after + 1, len(sources))
    ]


def _state(number: int, running: int, failed: Any) -> str:
    if number == running:
        return "running"
    return "failed" if number in failed else "done"


def _outputs(shell: Any, number: int) -> Outputs:
    found = Outputs()
    manager = shell.history_manager
    for item in getattr(manager, "outputs", {}).get(number, ()):
        bundle = item.bundle
        if item.output_type in STREAMS:
            found.take("stream", {"name": STREAMS[item.output_type], "text": "".join(bundle.get("stream", ()))})
        else:
            content = {"data": _plain(bundle), "execution_count": number}
            found.take(item.output_type, content)
    failure = (getattr(manager, "exceptions", None) or {}).get(number)
    if failure:
        found.take("error", dict(failure))
    return found


def _plain(bundle: Any) -> dict[str, Any]:
    """Encode what a kernel encodes before it sends it."""
    from base64 import b64encode

    return {
        kind: b64encode(value).decode() if isinstance(value, bytes) else value
        for kind, value in dict(bundle).items()
        if isinstance(value, bytes | str | dict | list)
    }
