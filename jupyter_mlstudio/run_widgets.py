"""Runs in the outputs of cells: a live chart and a live summary. Saved notebooks keep a still picture of them."""

import math
import time
from collections.abc import Callable
from contextlib import suppress
from html import escape
from threading import Event, Thread
from typing import Any, Protocol
from weakref import ref

from ipywidgets import HTML, DOMWidget
from traitlets import Bytes, Dict, Unicode, validate

from jupyter_mlstudio.core.errors import StudioError
from jupyter_mlstudio.core.validation import convert
from jupyter_mlstudio.experiments.evaluation.content import Curve, curves
from jupyter_mlstudio.experiments.evaluation.drawing import COLOURS, number, scale
from jupyter_mlstudio.experiments.evaluation.pictures import pieces
from jupyter_mlstudio.experiments.evaluation.types import ChartSpec
from jupyter_mlstudio.experiments.reading.curves import CurvesQuery
from jupyter_mlstudio.experiments.service import Experiments
from jupyter_mlstudio.experiments.types import Run, RunState

_MODULE = "jupyter-mlstudio-runs"
_VERSION = "^0.1.0"

PAUSE = 0.1
"""Seconds between two looks at the store; a look costs a tenth of a millisecond."""

SHARE = 5
"""How many times as long as it took to gather a chart nothing is gathered again."""

NAMED = 20
"""Runs that the notebook keeps of a chart by id, to know it again."""

CHART = "application/vnd.mlstudio.chart+json"
SUMMARY = "application/vnd.mlstudio.summary+json"

SHOWN = 40
"""Params and metrics that a summary shows."""


class Refreshing(Protocol):
    """Something that shows runs."""

    def concerns(self, run: str) -> bool:
        """Tell whether a run is one of those that are shown."""

    def refresh(self) -> None:
        """Show them as they are now."""


class RunChart(DOMWidget):  # type: ignore[misc]  # ipywidgets has no types
    """A chart of runs in a cell; live, as long as the kernel lives."""

    _model_name = Unicode("RunChartModel").tag(sync=True)
    _model_module = Unicode(_MODULE).tag(sync=True)
    _model_module_version = Unicode(_VERSION).tag(sync=True)
    _view_name = Unicode("RunChartView").tag(sync=True)
    _view_module = Unicode(_MODULE).tag(sync=True)
    _view_module_version = Unicode(_VERSION).tag(sync=True)

    spec = Dict().tag(sync=True)
    runs = Dict().tag(sync=True)
    content = Dict().tag(sync=True)
    curves = Bytes().tag(sync=True)
    files = Dict().tag(sync=True)
    failure = Unicode().tag(sync=True)

    is_other = False
    """Whether it draws something else than what the notebook keeps."""

    def __init__(self, spec: ChartSpec, experiments: Experiments) -> None:
        self._spec, self._experiments = spec, experiments
        super().__init__(spec=spec.model_dump(mode="json"), **self._gathered())
        self.observe(self._become, "spec")
        self.on_msg(self._answer)
        follow(self, experiments)

    def concerns(self, run: str) -> bool:
        """Tell whether a run is one of those that are shown; without names, every run may become one."""
        return self._spec.runs is None or run == "*" or run in self._spec.runs

    def refresh(self) -> None:
        """Draw the runs as they are now."""
        try:
            found = {**self._gathered(), "failure": ""}
        except StudioError as error:
            found = {"failure": str(error)}
        with self.hold_sync():
            for name, value in found.items():
                if getattr(self, name) != value:
                    setattr(self, name, value)

    @property
    def svg(self) -> str:
        """The chart as it is now, as a still picture."""
        return self._experiments.evaluation.picture(self._spec)

    def _gathered(self) -> dict[str, Any]:
        content = self._experiments.evaluation.content
        found = content.of(self._spec)
        plain = found.model_dump(mode="json")
        packed = content.packed(self._spec, found.runs.ids) if self._spec.kind == "curves" else b""
        return {"runs": plain.pop("runs"), "curves": packed, "files": content.files(found), "content": plain}

    @validate("spec")
    def _checked(self, proposal: dict[str, Any]) -> dict[str, Any]:
        checked: dict[str, Any] = convert(ChartSpec, proposal["value"]).model_dump(mode="json")
        return checked

    def _become(self, change: dict[str, Any]) -> None:
        """Draw something else from now on: `chart.spec = {**chart.spec, "smoothing": 0.6}`."""
        self._spec = ChartSpec.model_validate(change["new"])
        self.is_other = True
        self.refresh()

    def _answer(self, _: Any, message: dict[str, Any], __: Any) -> None:
        if message.get("ask") == "svg":
            self.send({"svg": self.svg})

    def _ipython_display_(self) -> None:
        show(self, self._experiments)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = super()._repr_mimebundle_(**kwargs)
        bundle["text/plain"] = f"Chart of runs: {self._spec.kind}"
        bundle[CHART] = {"spec": self.spec, "runs": self.runs["ids"][:NAMED]}
        with suppress(StudioError):
            bundle["image/svg+xml"] = self.svg
        return bundle


class RunSummary(HTML):  # type: ignore[misc]  # ipywidgets has no types
    """What a run was made with and what came out, in a cell; live, as long as the kernel lives."""

    is_other = False

    def __init__(self, run: str, experiments: Experiments) -> None:
        self._run, self._experiments = run, experiments
        super().__init__(self._written())
        follow(self, experiments)

    def concerns(self, run: str) -> bool:
        """Tell whether it is this run."""
        return run in ("*", self._run)

    def refresh(self) -> None:
        """Show the run as it is now."""
        with suppress(StudioError):
            self.value = self._written()

    def _written(self) -> str:
        run = self._experiments.run(self._run)
        names = [metric.name for metric in run.metrics][:SHOWN]
        query = CurvesQuery(ids=[run.id], metrics=names, points=60)
        found = curves(self._experiments.reading.curves(query)) if names else []
        return summary(run, {curve.metric: curve for curve in found})

    def _ipython_display_(self) -> None:
        show(self, self._experiments)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        self.refresh()
        bundle: dict[str, Any] = super()._repr_mimebundle_(**kwargs)
        return {**bundle, "text/plain": f"Run {self._run}", "text/html": self.value, SUMMARY: {"run": self._run}}


def show(widget: Any, experiments: Experiments) -> None:
    """Show a widget; what the notebook keeps of it is renewed after each cell in which its runs have changed."""
    from IPython.core.getipython import get_ipython
    from IPython.display import display

    shell, known, poll = get_ipython(), ref(widget), experiments.apart().poll
    bundle = widget._repr_mimebundle_()
    handle = display(bundle, raw=True, display_id=True)  # type: ignore[no-untyped-call]  # IPython does not type it
    if shell is None:
        return
    poll()  # what has changed until now is in it

    def renew(_: Any) -> None:
        shown = known()
        if shown is None or shown.comm is None:
            shell.events.unregister("post_run_cell", renew)
            return
        with suppress(StudioError):
            if any(shown.concerns(change.id) for change in poll()) or shown.is_other:
                handle.update(shown._repr_mimebundle_(), raw=True)
                shown.is_other = False

    shell.events.register("post_run_cell", renew)


def follow(widget: Refreshing, experiments: Experiments) -> None:
    """Refresh a widget whenever its runs change, until it is closed or forgotten; also while the kernel computes."""
    args = [ref(widget), experiments.apart().poll, Event()]
    Thread(target=_watch, args=args, name="mlstudio-widget", daemon=True).start()


def _watch(known: "ref[Any]", poll: Callable[[], list[Any]], never: Event) -> None:
    pause, dirty = 0.0, True  # what changes before the first look is noticed by nobody
    while not never.wait(pause):
        widget = known()
        if widget is None or widget.comm is None:
            return
        with suppress(StudioError):
            dirty = any(widget.concerns(change.id) for change in poll()) or dirty
        pause = PAUSE
        if dirty:
            begin = time.monotonic()
            widget.refresh()
            dirty, pause = False, max(PAUSE, SHARE * (time.monotonic() - begin))
        del widget


def summary(run: Run, developed: dict[str, Curve]) -> str:
    """Write a run as HTML that needs no script and no style of its own page."""
    facts = [run.experiment, run.state.value, run.started_at.astimezone().strftime("%Y-%m-%d %H:%M")]
    if run.ended_at is not None:
        facts.append(f"{(run.ended_at - run.started_at).total_seconds():,.1f} s")
    params = "".join(_row(param.name, param.value) for param in run.params[:SHOWN])
    metrics = "".join(
        _row(metric.name, _told(metric.value), sparkline(developed.get(metric.name))) for metric in run.metrics[:SHOWN]
    )
    error = f'<p style="color:var(--jp-error-color1,#b71c1c)">{escape(run.error)}</p>' if run.error else ""
    note = f"<p>{escape(run.note)}</p>" if run.note else ""
    dot = {RunState.FAILED: "#d32f2f", RunState.RUNNING: "#1976d2", RunState.FINISHED: "#388e3c"}.get(
        run.state, "#888888"
    )
    return (
        f'<div style="color:var(--jp-ui-font-color1,inherit);line-height:1.5"><b>{escape(run.name)}</b> '
        f'<span style="color:{dot}">●</span> <span style="opacity:.7">{escape(" · ".join(facts))}</span>{error}{note}'
        f'<div style="display:flex;flex-wrap:wrap;gap:32px;align-items:flex-start">{_table("Metrics", metrics)}'
        f"{_table('Params', params)}</div></div>"
    )


def sparkline(curve: Curve | None) -> str:
    """Draw a metric in a line of text; nothing if it has one value."""
    if curve is None or curve.total <= 1:
        return ""
    x, y = scale(curve.steps, 1, 79, room=0), scale(curve.values, 15, 2)
    if x.low == x.high or len(set(curve.steps)) == 1:
        x = scale(range(len(curve.values)), 1, 79, room=0)
        xs = [float(place) for place in range(len(curve.values))]
    else:
        xs = list(curve.steps)
    lines = "".join(
        f'<polyline fill="none" stroke="{COLOURS[0]}" points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in piece)}"/>'
        for piece in pieces(x, y, xs, curve.values)
    )
    return f'<svg width="80" height="16" viewBox="0 0 80 16" role="img">{lines}</svg>'


def _table(title: str, rows: str) -> str:
    if not rows:
        return ""
    return (
        '<table style="border-collapse:collapse;margin:4px 0"><tr><th colspan="3" '
        f'style="text-align:left;padding:2px 0">{title}</th></tr>{rows}</table>'
    )


def _row(name: str, value: str, drawn: str = "") -> str:
    cell = 'style="padding:1px 16px 1px 0;text-align:left;max-width:280px;overflow:hidden;text-overflow:ellipsis"'
    return (
        f'<tr><td {cell}>{escape(name)}</td><td style="padding:1px 16px 1px 0;text-align:right;'
        f'font-variant-numeric:tabular-nums">{escape(value[:200])}</td><td>{drawn}</td></tr>'
    )


def _told(value: float | str | None) -> str:
    return number(value) if isinstance(value, float) and math.isfinite(value) else str(value)
