"""One run as the comparison sees it: what it logged, its cells, its environment, its files."""

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from jupyter_mlstudio.core.errors import StudioError
from jupyter_mlstudio.experiments.comparing.environment import packages_in
from jupyter_mlstudio.experiments.comparing.recipes import Step, steps_in
from jupyter_mlstudio.experiments.types import ArtifactList, Run, RunQuery, RunTable

CELLS = "environment/cells.py"
PACKAGES = "environment/requirements.txt"
RECIPE = "recipe.json"
BASELINE = "mlstudio/baseline.json"
"""Where a model of ours keeps the profile of its training data."""

_MARK = re.compile(r"^# %% \[\d+\]\n", re.MULTILINE)


class Source(Protocol):
    """Where runs and what they have kept are asked for."""

    def run(self, run_id: str) -> Run:
        """Tell everything about a run."""

    def runs(self, query: RunQuery | None = None) -> RunTable:
        """List runs with what they logged."""

    def artifacts(self, run_id: str, path: str = "") -> ArtifactList:
        """List one folder of what a run has kept."""

    def artifact_file(self, run_id: str, path: str) -> str:
        """Return where on this machine an artifact can be read."""

    def client(self) -> Any:
        """Return an MLflow client of the store."""

    @property
    def provenance(self) -> Any:
        """Where runs come from."""


@dataclass(frozen=True)
class Cell:
    """An executed cell; `needed` is None where nobody knows whether the result depends on it."""

    source: str
    outputs: list[Any] = field(default_factory=list)
    needed: bool | None = None
    made_run: bool = False

    def as_notebook(self) -> dict[str, Any]:
        """Return the cell in the notebook format."""
        return {
            "cell_type": "code",
            "source": self.source,
            "metadata": {},
            "outputs": self.outputs,
            "execution_count": 1,
        }


class Side:
    """One run; what takes a moment to find is found when it is asked for."""

    def __init__(self, source: Source, run: Run, *, brief: bool = False) -> None:
        """Take a run; of a brief one only what is quickly told, for one column among many."""
        self._source, self.run, self._brief = source, run, brief

    @cached_property
    def origin(self) -> Any:
        """What the snapshot of the run tells; None for runs without one."""
        try:
            found = self._source.provenance.origin(self.run.id)
        except StudioError:
            return None
        return found if found.snapshot else None

    @cached_property
    def cells(self) -> list[Cell]:
        """The executed cells in their order."""
        if self.origin is not None:
            return [Cell(each.source, each.outputs, each.needed, each.made_run) for each in self.origin.cells]
        text = self.text(CELLS)
        if text is None:
            return []
        sources = [part.rstrip("\n") for part in _MARK.split(text)[1:]]
        return [Cell(source, made_run=place == len(sources) - 1) for place, source in enumerate(sources)]

    @cached_property
    def packages(self) -> dict[str, str]:
        """Versions of the packages, and of Python."""
        try:
            found: dict[str, str] = self._source.provenance.environment(self.run.id)
        except StudioError:
            found = {}
        return found or packages_in(self.text(PACKAGES) or "")

    @cached_property
    def git(self) -> dict[str, str]:
        """The state of the repository in a few words."""
        git = None if self._brief or self.origin is None else self.origin.git
        if not git:
            return {"commit": self.run.commit} if self.run.commit else {}
        told = {"commit": git.commit, "branch": git.branch, "changed files": ", ".join(git.changed)}
        return {name: value for name, value in told.items() if value}

    @cached_property
    def files(self) -> dict[str, str]:
        """Sources of the project's modules and of the script that made the run."""
        found = self.origin.files if self.origin else []
        return {each.path: each.source or each.digest for each in found if each.role != "recipe"}

    @cached_property
    def recipe(self) -> list[Step]:
        """The steps of the recipe that prepared the data."""
        name = Path(self.run.recipe).name if self.run.recipe else RECIPE
        return steps_in(self.text(name) or "")

    @cached_property
    def baseline(self) -> dict[str, Any] | None:
        """The profile of the training data that travels with the run's first model; None if there is none."""
        for model in self.run.models:
            if (text := self.text(f"{model.id}/{BASELINE}")) is not None:
                return _mapping(text)
        return None

    @cached_property
    def schemas(self) -> dict[str, dict[str, str]]:
        """Columns and types of the datasets, by digest."""
        try:
            inputs = self._source.client().get_run(self.run.id).inputs.dataset_inputs
        except Exception:  # whatever the store says: what it does not tell is not compared
            return {}
        return {each.dataset.digest: _columns(each.dataset.schema) for each in inputs}

    def text(self, path: str) -> str | None:
        """Read an artifact as text; None if the run has none."""
        try:
            return Path(self._source.artifact_file(self.run.id, path)).read_text(encoding="utf-8")
        except (StudioError, OSError, UnicodeDecodeError):
            return None


def _columns(schema: str | None) -> dict[str, str]:
    found = _mapping(schema or "{}")
    listed = found.get("mlflow_colspec") or found.get("mlflow_tensorspec") or []
    return {str(each.get("name")): str(each.get("type")) for each in listed if isinstance(each, dict)}


def _mapping(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
