"""The shapes of all that a panel and a kernel say to each other."""

from typing import Literal

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.refs import RecipeRef
from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.wrangling.assist.types import MESSAGES as ASSIST
from jupyter_mlstudio.wrangling.combining.types import MESSAGES as COMBINING
from jupyter_mlstudio.wrangling.conditions import Condition, SortKey
from jupyter_mlstudio.wrangling.faces.languages import Dialect, Language
from jupyter_mlstudio.wrangling.figures import MESSAGES as FIGURES
from jupyter_mlstudio.wrangling.figures import Role
from jupyter_mlstudio.wrangling.job import MESSAGES as JOB
from jupyter_mlstudio.wrangling.linting.types import Finding
from jupyter_mlstudio.wrangling.looking.types import MESSAGES as LOOKING
from jupyter_mlstudio.wrangling.recipe import Recipe
from jupyter_mlstudio.wrangling.report.types import MESSAGES as REPORT
from jupyter_mlstudio.wrangling.rules.types import MESSAGES as RULES
from jupyter_mlstudio.wrangling.rules.types import RuleReport
from jupyter_mlstudio.wrangling.selection.types import MESSAGES as SELECTION
from jupyter_mlstudio.wrangling.sources.types import MESSAGES as SOURCES
from jupyter_mlstudio.wrangling.sources.types import FrameKind, SourceKind
from jupyter_mlstudio.wrangling.step import Group, Kind


class Column(Struct):
    """A column of a table."""

    name: str
    dtype: str = Field(description="Polars' name of the type.")
    role: Role


class Frame(Struct):
    """A DataFrame of the kernel."""

    name: str
    kind: FrameKind
    rows: int | None = Field(description="None for lazy frames and relations: nobody has counted them.")
    columns: int | None


class FrameList(Struct):
    """The DataFrames of the kernel, by name."""

    items: tuple[Frame, ...]


class Opened(Struct):
    """What a session has opened."""

    title: str
    kind: SourceKind
    rows: int | None = Field(description="None while nobody has counted the rows of a large CSV file.")
    exact: bool = Field(description="Whether the rows were counted.")
    columns: tuple[Column, ...]
    recipe: Recipe = Field(description="The given recipe or an empty one, with the guessed options in its source.")
    settled: bool = Field(description="False while the types of a large text file come from a sample: ask to settle.")
    notes: tuple[str, ...] = Field(description="What the user should know of how the table was read.")


class StepKind(Struct):
    """A step that can be added, and the form for its options."""

    op: str
    title: str
    group: Group
    kind: Kind
    summary: str
    form: dict[str, JsonValue] = Field(
        description=(
            "JSON schema of the options. `format` says how to ask: column, columns, formula, value, values, path; "
            "`roles` which columns fit."
        )
    )


class StepKinds(Struct):
    """All steps that can be added."""

    items: tuple[StepKind, ...]


class Stage(Struct):
    """The table after one step of the recipe."""

    sentence: str = Field(description="What the step does, in a few words.")
    title: str = Field(description="Title of the step's kind.")
    kind: Kind
    state: Literal["ran", "off", "failed", "not run"]
    columns: tuple[Column, ...] = Field(description="Columns after it; those before it if it did not run.")
    rows: int | None = Field(description="Rows after it; None if not counted yet.")
    error: str | None = Field(description="Why it failed, and what to do.")
    reason: str | None = Field(description="The stable word for why it failed, such as `not_allowed`.")


class View(Struct):
    """What became of a recipe."""

    stages: tuple[Stage, ...]
    recipe: Recipe = Field(description="The same recipe with what its steps have learned.")
    findings: tuple[Finding, ...]


class Window(Struct):
    """Which rows came; the rows themselves are an Arrow IPC stream beside it."""

    start: int
    rows: int = Field(description="How many rows came.")
    rows_total: int = Field(description="How many rows there are after filter and search.")
    exact: bool = Field(description="False while `rows_total` is only a lower bound; ask again later.")


class Preview(Struct):
    """What a step would do; its first rows are an Arrow IPC stream beside it."""

    columns: tuple[Column, ...] = Field(description="Columns after the step.")
    added: tuple[str, ...]
    changed: tuple[str, ...] = Field(description="Columns with other values or another type, in the rows shown.")
    removed: tuple[str, ...]
    rows_before: int | None
    rows_after: int | None
    sampled: bool = Field(description="Whether it was tried on the first rows only.")
    sentence: str
    error: str | None
    reason: str | None = Field(description="The stable word for why it failed, such as `not_allowed`.")
    code: str = Field(description="The step's own lines of Polars.")


class Leak(Struct):
    """A column that seems to give the answer away."""

    column: str
    score: float = Field(description="How well the column alone tells the answer: 0 not at all, 1 entirely.")
    reason: str


class Leaks(Struct):
    """Columns that seem to give the answer away, the worst first."""

    target: str
    rows: int = Field(description="How many rows were looked at.")
    items: tuple[Leak, ...]


class CodeText(Struct):
    """A recipe as a program."""

    language: Language
    dialect: Dialect = Field(description="Of SQL; meant for no other language.")
    text: str
    name: str = Field(description="Name of the variable that holds the result.")


class Progress(Struct):
    """How far a verb is that takes its time; sent while it works."""

    verb: str = Field(description="Which verb: `run`, `report.insights`, …")
    done: float = Field(description="Share of the work, 0 to 1; -1 if unknown.")
    message: str


class RunResult(Struct):
    """A table that was written."""

    path: str = Field(description="Path from the project folder.")
    table: str | None = Field(description="Name of the table in a SQLite or DuckDB file.")
    rows: int
    columns: int
    seconds: float
    rules: RuleReport | None = Field(description="Whether the table keeps its rules; None if none were checked.")


MESSAGES = (
    FrameList, Opened, StepKinds, View, Window, Preview, Leaks, CodeText, Progress, RunResult, RecipeRef,
    Condition, SortKey, *SOURCES, *JOB, *FIGURES, *LOOKING, *REPORT, *SELECTION, *RULES, *ASSIST, *COMBINING,
)  # fmt: skip
"""What only travels between panel and kernel; the OpenAPI document lists it, so that TypeScript gets types for it."""
