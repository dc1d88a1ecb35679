"""What the linter finds, and the edits that mend it."""

from typing import Literal

from pydantic import Field, JsonValue

from jupyter_mlstudio.core.types import Struct


class Edit(Struct):
    """One edit of a recipe's list of steps."""

    edit: Literal["move", "delete", "replace", "insert"]
    position: int = Field(description="The step that is moved, deleted or replaced; or where one is inserted.")
    to: int | None = Field(description="Where a moved step stands afterwards.")
    step: dict[str, JsonValue] | None = Field(description="The step to insert, or to put in place of the other.")


class Fix(Struct):
    """Edits that mend a finding, to be made one after the other."""

    label: str = Field(description="What the button says.")
    edits: tuple[Edit, ...]


class Finding(Struct):
    """Something about the recipe that the user should know."""

    position: int = Field(description="Which step it is about, from 0.")
    code: str = Field(description="Which check has found it.")
    severity: Literal["error", "warning", "hint"]
    message: str
    columns: tuple[str, ...] = Field(description="The columns it is about, if any.")
    fixes: tuple[Fix, ...] = Field(description="The first is the one to offer first; there may be none.")


def delete(position: int, label: str = "Remove the step") -> Fix:
    """Mend by removing a step."""
    return Fix(label=label, edits=(Edit(edit="delete", position=position, to=None, step=None),))


def move(position: int, to: int, label: str) -> Fix:
    """Mend by moving a step."""
    return Fix(label=label, edits=(Edit(edit="move", position=position, to=to, step=None),))


def replace(position: int, step: dict[str, JsonValue], label: str) -> Fix:
    """Mend by other options."""
    return Fix(label=label, edits=(Edit(edit="replace", position=position, to=None, step=step),))
