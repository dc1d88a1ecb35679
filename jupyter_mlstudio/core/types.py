"""The two kinds of data that the studio passes around and keeps."""

from datetime import UTC, datetime
from uuid import uuid4

from pydantic import BaseModel, ConfigDict


class Struct(BaseModel):
    """Immutable data: what is asked for and what is answered. Unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Record(BaseModel):
    """Immutable data that is kept under its id. Unknown fields are ignored, so that newer files can be read."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    id: str


def new_id() -> str:
    """Make an opaque id, unique without asking anybody."""
    return uuid4().hex


def now() -> datetime:
    """Return the present time in UTC."""
    return datetime.now(UTC)
