"""An endpoint in a cell: how it is, its last minutes, and a form to try it, made of plain ipywidgets."""

from collections.abc import Callable, Sequence
from html import escape
from threading import Event, Thread
from time import perf_counter
from typing import Any, Protocol

from ipywidgets import HTML, Button, Checkbox, Dropdown, FloatText, GridBox, HBox, IntText, Layout, Text, VBox

from jupyter_mlstudio.core.errors import StudioError
from jupyter_mlstudio.serving.signature_types import ModelColumn, ModelSignature
from jupyter_mlstudio.serving.stats_types import EndpointStats
from jupyter_mlstudio.serving.types import Endpoint, EndpointDetail

REFRESH = 2.0
WIDTH, HEIGHT = 220, 36
SHOWN = 24
"""Columns that get a field; a model with more is tried with its example row, whose other values stay."""
COLOURS = {"ready": "success", "asleep": "info", "starting": "warn", "failed": "error", "stopped": "info"}
WHOLE, NUMBERS = ("integer", "long"), ("float", "double")


class Asked(Protocol):
    """What the widget needs of an endpoint."""

    def detail(self) -> EndpointDetail:
        """Return it with what one needs to call it."""

    def stats(self) -> EndpointStats:
        """Return how it has been doing."""

    def predict(self, rows: Any, method: str | None = None, *, model: str = "") -> list[Any]:
        """Predict rows."""


class EndpointWidget(VBox):  # type: ignore[misc]  # ipywidgets has no types
    """Shows an endpoint, follows it while it is shown, and predicts the row in its form."""

    def __init__(self, endpoint: Asked) -> None:
        self._endpoint = endpoint
        detail = endpoint.detail()
        signature, shown = detail.signature, detail.endpoint.deployment
        self._model = shown.served_as if shown is not None else ""
        self._row = dict(signature.example[0]) if signature and signature.example else {}
        self._fields = _fields(signature, self._row)
        self._method = Dropdown(options=signature.methods if signature else ["predict"], layout=Layout(width="14em"))
        self._state, self._answer = HTML(), HTML()
        self.button = Button(description="Predict", button_style="primary", icon="play")
        self.button.on_click(lambda _: self.predict())
        form = GridBox(
            list(self._fields.values()), layout=Layout(grid_template_columns="repeat(auto-fill, minmax(17em, 1fr))")
        )
        super().__init__([self._state, form, HBox([self._method, self.button]), self._answer])
        self._closed = Event()
        self.refresh()
        Thread(target=self._follow, name="mlstudio-endpoint-widget", daemon=True).start()

    @property
    def row(self) -> dict[str, Any]:
        """The row that is in the form."""
        return {**self._row, **{name: _value(field) for name, field in self._fields.items()}}

    def predict(self) -> None:
        """Predict the row in the form, and show the answer."""
        began = perf_counter()
        try:
            answer = self._endpoint.predict(self.row, self._method.value, model=self._model)[0]
        except StudioError as error:
            self._answer.value = f'<span style="color: var(--jp-error-color1)">{escape(str(error))}</span>'
            return
        took = (perf_counter() - began) * 1e3
        self._answer.value = f"<b>{escape(str(answer))}</b> <small>{took:.1f} ms</small>"
        self.refresh()

    def refresh(self) -> None:
        """Look how the endpoint is."""
        try:
            self._state.value = _head(self._endpoint.detail().endpoint, self._endpoint.stats())
        except StudioError as error:
            self._state.value = escape(str(error))
            self._closed.set()

    def close(self) -> None:
        """Remove the widget, and look no more."""
        self._closed.set()
        super().close()

    def _follow(self) -> None:
        while not self._closed.wait(REFRESH):
            self.refresh()


def sparkline(values: Sequence[float]) -> str:
    """Draw a small chart of requests over time."""
    most = max(values, default=0) or 1
    step = WIDTH / max(len(values) - 1, 1)
    points = " ".join(
        f"{place * step:.1f},{HEIGHT - 2 - value / most * (HEIGHT - 4):.1f}" for place, value in enumerate(values)
    )
    return (
        f'<svg role="img" aria-label="Requests over the last minutes" width="{WIDTH}" height="{HEIGHT}">'
        f'<polyline fill="none" stroke="var(--jp-brand-color1)" stroke-width="1.5" points="{points}"/></svg>'
    )


def _head(endpoint: Endpoint, stats: EndpointStats) -> str:
    label = endpoint.deployment.label if endpoint.deployment is not None else ""
    state = f'<span style="color: var(--jp-{COLOURS[endpoint.state.value]}-color0)">{endpoint.state.value}</span>'
    latency = "" if stats.p50_ms is None else f", p50 {stats.p50_ms:g} ms, p99 {stats.p99_ms:g} ms"
    told = f'<div style="color: var(--jp-warn-color0)">{escape(endpoint.message)}</div>' if endpoint.message else ""
    return (
        f'<div style="display: flex; gap: 1em; align-items: center">'
        f"<span><b>{escape(endpoint.name)}</b> {state}"
        f" {escape(label)}<br><small>{stats.requests} requests, {stats.errors} errors{latency}</small></span>"
        f"{sparkline([point.requests for point in stats.history])}</div>{told}"
    )


def _fields(signature: ModelSignature | None, row: dict[str, Any]) -> dict[str, Any]:
    columns = signature.inputs[:SHOWN] if signature is not None else []
    return {column.name: _field(column, row.get(column.name)) for column in columns}


def _field(column: ModelColumn, value: Any) -> Any:
    options = {"description": column.name, "tooltip": column.type, "style": {"description_width": "8em"}}
    if column.type == "boolean" and column.required:
        return Checkbox(value=bool(value), indent=False, **options)
    if column.type in WHOLE and column.required and not isinstance(value, str):
        return IntText(value=int(value or 0), **options)
    if column.type in NUMBERS and column.required and not isinstance(value, str):
        return FloatText(value=float(value or 0), **options)
    field = Text(value="" if value is None else str(value), placeholder="missing", **options)
    field.read = _reader(column.type)
    return field


def _value(field: Any) -> Any:
    read = getattr(field, "read", None)
    return field.value if read is None else read(field.value)


def _reader(kind: str) -> Callable[[str], Any]:
    """Return what makes a value of a text that may be left empty; what is no value is sent as it is, to be told why."""

    def read(text: str) -> Any:
        if not text:
            return None
        try:
            if kind in WHOLE:
                return int(text)
            if kind in NUMBERS:
                return float(text)
        except ValueError:
            return text
        return text.lower() == "true" if kind == "boolean" else text

    return read
