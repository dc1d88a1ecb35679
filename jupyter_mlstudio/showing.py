"""What a Studio can show in the cells of a notebook."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from jupyter_mlstudio.core.validation import convert
from jupyter_mlstudio.experiments.evaluation.types import ChartKind, ChartSpec
from jupyter_mlstudio.experiments.service import Experiments
from jupyter_mlstudio.wrangling.recipe import Recipe

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from jupyter_mlstudio.run_widgets import RunChart, RunSummary
    from jupyter_mlstudio.widgets import WrangleWidget


class Tracking(Protocol):
    """Something that has runs."""

    @property
    def experiments(self) -> Experiments:
        """The runs and what they logged."""


class Showing:
    """Shows tables and runs in the cells of a notebook."""

    def wrangle(self, frame: "pd.DataFrame | pl.DataFrame", recipe: Recipe | None = None) -> "WrangleWidget":
        """Show a DataFrame in the wrangling view, in a cell of a notebook.

        Raises:
            InvalidError: It is no pandas or Polars DataFrame, or one of its columns mixes types.
        """
        from jupyter_mlstudio.widgets import wrangle

        return wrangle(frame, recipe)

    def chart(self: Tracking, kind: ChartKind | ChartSpec | Mapping[str, Any], **options: Any) -> "RunChart":
        """Draw runs in a cell of a notebook, live; the saved notebook keeps a picture.

        Args:
            kind: `curves`, `parallel`, `scatter`, `importance`, `contour`, `box`, `confusion`, `roc`, `pr`,
                `calibration`, `images` or `table`; or a whole `ChartSpec`.
            **options: Fields of `ChartSpec`: which `runs` (ids, or the runs themselves), or an `experiment` or a
                `filter`; `metrics`, or the columns `x`, `y`, `colour`, `group` and `columns`; how it looks.

        Raises:
            InvalidError: There are no such runs, or something that the kind needs is not given.
        """
        from jupyter_mlstudio.run_widgets import RunChart

        given = dict(kind) if isinstance(kind, ChartSpec | Mapping) else {"kind": kind}
        return RunChart(convert(ChartSpec, {"tall": 360, **given, **_named(options)}), self.experiments)

    def summary(self: Tracking, run: Any) -> "RunSummary":
        """Show what a run was made with and what came out, in a cell of a notebook, live.

        Args:
            run: A run, or its id.

        Raises:
            NotFoundError: There is no such run.
        """
        from jupyter_mlstudio.run_widgets import RunSummary

        return RunSummary(_id(run), self.experiments)


def _named(options: dict[str, Any]) -> dict[str, Any]:
    """Take runs by themselves, a single one too, and one metric without a list."""
    runs, metrics = options.get("runs"), options.get("metrics")
    if runs is not None:
        several = runs if isinstance(runs, Iterable) and not isinstance(runs, str) else [runs]
        options = {**options, "runs": [_id(run) for run in several]}
    return {**options, "metrics": [metrics]} if isinstance(metrics, str) else options


def _id(run: Any) -> str:
    return str(getattr(run, "id", run))
