"""The nouns of where a run comes from."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.experiments.types import RunState, Value

NotebookForm = Literal["run", "minimal"]
"""`run`: every cell that was executed; `minimal`: only those that the result depends on."""


class OriginKind(StrEnum):
    """What made a run."""

    NOTEBOOK = "notebook"
    JOB = "job"
    SCRIPT = "script"


class CellState(StrEnum):
    """How the execution of a cell went, as far as it is known."""

    DONE = "done"
    FAILED = "failed"
    RUNNING = "running"
    UNKNOWN = "unknown"


class NowState(StrEnum):
    """How a thing is today, beside how it was when the run was made."""

    SAME = "same"
    CHANGED = "changed"
    GONE = "gone"
    UNKNOWN = "unknown"


class OriginCell(Struct):
    """One execution of a cell; a cell that was executed twice is there twice."""

    id: str | None = Field(description="JupyterLab's id of the cell; null if the kernel was not told.")
    number: int | None = Field(description="The execution count, the number in brackets beside the cell.")
    source: str = Field(description="Its source, byte for byte as it was executed.")
    made_run: bool = Field(description="Whether the run was open while it was executed.")
    needed: bool = Field(description="Whether the result depends on it.")
    state: CellState = Field(description="How it went.")
    started_at: datetime | None = Field(description="When it began; null if that was before the studio listened.")
    seconds: float | None = Field(description="How long it took; null while it was running or if that is unknown.")
    outputs: list[dict[str, JsonValue]] = Field(description="What it showed, in the notebook format; secrets removed.")
    now: NowState = Field(description="How the cell is in the notebook file today.")


class OriginPackage(Struct):
    """An installed package."""

    name: str
    version: str


class OriginEnvironment(Struct):
    """What the run was made with."""

    digest: str = Field(description="Differs as soon as anything here differs.")
    python: str = Field(description="Version of Python.")
    implementation: str = Field(description="Which Python, such as `CPython`.")
    platform: str = Field(description="System and machine.")
    executable: str = Field(description="Path of the interpreter.")
    kernel: str | None = Field(description="Name of the kernel; null outside a notebook.")
    packages: list[OriginPackage] = Field(description="The installed packages, in alphabetical order.")
    variables: dict[str, str] = Field(
        description="The few environment variables that change results and hold no secret."
    )


class OriginGit(Struct):
    """The state of the project's repository."""

    commit: str | None = Field(description="The commit; null before the first one.")
    branch: str | None = Field(description="The branch; null on a detached head.")
    remote: str | None = Field(description="Address of the remote repository, without credentials.")
    changed: list[str] = Field(description="Files that differed from the commit; at most a thousand.")
    patch: str | None = Field(description="The difference as git shows it; null if there was none or it was too large.")
    omitted: list[str] = Field(description="Changed files whose difference was left out: secrets, or too large.")
    now: str | None = Field(description="The commit of today.")


class OriginDataset(Struct):
    """Data that the run was made from."""

    name: str
    context: str | None = Field(description="What they were used for, such as `training`.")
    source: str = Field(description="Where they came from.")
    digest: str = Field(description="What told the data apart when the run was made.")
    now: str | None = Field(description="The digest of the file today; null if there is no file to look at.")
    state: NowState = Field(description="Whether the data are still the same.")
    stale: bool = Field(description="Whether the data have changed or gone since.")


class OriginFile(Struct):
    """A file of the project whose code the run used: the script itself, an imported module, the recipe."""

    path: str = Field(description="Path from the project folder.")
    role: Literal["script", "module", "recipe"] = Field(description="What the run used it as.")
    digest: str = Field(description="What tells its content apart.")
    source: str | None = Field(description="Its content when the run was made; null if it was too large or secret.")
    state: NowState = Field(description="How the file is today.")


class Origin(Struct):
    """Where a run comes from, and whether all that is still so."""

    run_id: str
    run_name: str
    kind: OriginKind
    notebook: str | None = Field(description="The notebook, as a path from the project folder.")
    notebook_now: str | None = Field(description="Where that notebook is today; null if it is nowhere to be found.")
    script: str | None = Field(description="The script, as a path from the project folder where it is inside.")
    arguments: list[str] = Field(description="The script's arguments, secrets removed.")
    job: str | None = Field(description="Id of the notebook job that made it.")
    parameters: dict[str, JsonValue] = Field(description="The values that were given to the notebook's parameters.")
    snapshot: str | None = Field(description="Digest of code, order, environment and git; null if nothing was kept.")
    code: str | None = Field(description="Digest of the executed sources in their order.")
    cells: list[OriginCell] = Field(description="The executed cells in their order, up to the one that ended the run.")
    environment: OriginEnvironment | None
    git: OriginGit | None = Field(description="Null outside a repository.")
    datasets: list[OriginDataset]
    files: list[OriginFile] = Field(description="Files of the project that the run used.")
    recipe: str | None = Field(description="The recipe, as a path from the project folder.")
    stale: list[str] = Field(
        description="Why the result may not hold any more, as sentences; empty if nothing changed."
    )
    notes: list[str] = Field(description="What has changed without making the result stale, as sentences.")
    missing: list[str] = Field(description="What could not be kept, as sentences.")
    can: list[Literal["run", "minimal", "again"]] = Field(description="What can be made of it.")


class RestoreSpec(Struct):
    """In which form to open the notebook of a run."""

    form: NotebookForm = "run"
    path: str | None = Field(default=None, description="Where to write it; beside the original if not given.")


class RestoredNotebook(Struct):
    """A notebook file that was made from a run."""

    path: str = Field(description="Path from the project folder.")
    cells: int = Field(description="How many code cells it has.")
    notes: list[str] = Field(description="What to know about it, as sentences.")


class AgainSpec(Struct):
    """How to run a run's notebook again."""

    form: NotebookForm = "minimal"
    parameters: dict[str, JsonValue] = Field(default={}, description="New values for the notebook's parameters.")


class AgainJob(Struct):
    """The job that runs it again."""

    job: str = Field(description="Id of the job.")


class NotebookRun(Struct):
    """A run as the notebook that made it shows it."""

    cell_id: str | None = Field(description="JupyterLab's id of the cell that made it.")
    run_id: str
    name: str
    experiment: str
    parent: str | None = Field(description="Id of the run that it is a part of.")
    job: str | None = Field(description="Id of the notebook job that made it; null for an interactive one.")
    state: RunState
    metric: str | None = Field(description="Name of the metric that says most; null if it has none.")
    value: Value = Field(description="The latest value of that metric.")
    at: datetime = Field(description="When it began.")
    ended_at: datetime | None
    newest: bool = Field(description="Whether it is the newest run of its cell.")
    stale: list[str] = Field(description="Why its result may not hold any more, as sentences.")


class NotebookRuns(Struct):
    """The runs of a notebook, the newest first."""

    items: list[NotebookRun]
    total: int = Field(description="How many runs the notebook has made; at most a thousand are listed.")
