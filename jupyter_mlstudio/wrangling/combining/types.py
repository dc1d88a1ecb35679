"""The shapes of what is said about joins and about code."""

from pydantic import Field

from jupyter_mlstudio.core.types import Struct


class Side(Struct):
    """How the keys of one table meet those of the other."""

    rows: int
    matched: int = Field(description="Rows whose key is in the other table.")
    unmatched: int = Field(description="Rows whose key is not.")
    missing: int = Field(description="Rows without a key; they never match.")
    keys: int = Field(description="How many different keys there are.")
    repeated: int = Field(description="Keys that stand in several rows.")
    examples: tuple[str, ...] = Field(description="Some keys that are not in the other table.")


class JoinReport(Struct):
    """What joining a file would do. All numbers are exact."""

    here: Side
    there: Side
    rows_after: dict[str, int] = Field(description="How many rows would come out, by how they are joined.")


class Allowed(Struct):
    """Code of a recipe that may run in this project now."""

    code: str


MESSAGES = (JoinReport, Allowed)
