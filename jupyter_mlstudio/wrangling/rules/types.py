"""What is said about rules: which there are, whether a table keeps them, which rows break one."""

from typing import Literal

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.types import Struct
from jupyter_mlstudio.wrangling.rules.rule import AnyRule, Severity


class RuleKind(Struct):
    """A kind of rule that can be added, and the form for its options."""

    kind: str
    title: str
    summary: str
    form: dict[str, JsonValue] = Field(description="JSON schema of the options, as for steps.")


class RuleKinds(Struct):
    """All kinds of rules."""

    items: tuple[RuleKind, ...]


class RuleResult(Struct):
    """Whether a table keeps one rule."""

    rule: AnyRule
    sentence: str = Field(description="What the rule asks for.")
    state: Literal["kept", "broken", "error"] = Field(description="Error: it could not be checked, see `message`.")
    severity: Severity
    failing: int | None = Field(description="Rows that break it; None for rules about the whole table.")
    share: float | None = Field(description="The same as a share of all rows.")
    shows_rows: bool = Field(description="Whether `rules.failing` has rows to show.")
    message: str = Field(description="What was found, as a sentence.")


class RuleReport(Struct):
    """Whether a table keeps its rules. All numbers are exact."""

    items: tuple[RuleResult, ...] = Field(description="In the order of the rules.")
    rows: int
    failed: int = Field(description="How many rules of severity `fail` are broken or could not be checked.")
    warned: int = Field(description="How many rules of severity `warn` are broken or could not be checked.")
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether no rule of severity `fail` is broken."""
        return self.failed == 0

    def text(self) -> str:
        """Say what is broken, one rule a line."""
        broken = [item for item in self.items if item.state != "kept"]
        lines = [f"{item.sentence}: {item.message}" for item in sorted(broken, key=lambda item: item.severity)]
        return "\n".join(lines) or f"All {len(self.items)} rules are kept."


class FailingRows(Struct):
    """Which rows came; they are an Arrow IPC stream beside it, their numbers in a first column."""

    start: int
    rows: int = Field(description="How many rows came.")
    rows_total: int = Field(description="How many rows break the rule; exact.")
    numbers: str = Field(description="Name of the column with the rows' numbers in the table, from 0.")


class RuleSuggestion(Struct):
    """A rule that the table keeps, or nearly, and why it may be worth having."""

    rule: AnyRule
    sentence: str
    reason: str


class RuleSuggestions(Struct):
    """Rules that may be worth having, the best first."""

    items: tuple[RuleSuggestion, ...]
    rows: int = Field(description="How many rows were looked at.")
    exactness: Literal["exact", "sampled"]


class RuleCode(Struct):
    """The rules as a program."""

    language: Literal["pandera"]
    text: str
    left_out: tuple[str, ...] = Field(description="What pandera cannot say, one sentence a rule.")


MESSAGES = (RuleKinds, RuleReport, FailingRows, RuleSuggestions, RuleCode)
