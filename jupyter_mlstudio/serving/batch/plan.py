"""What a batch transform wrote down before it began, so that any process can go on with it."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from jupyter_mlstudio.core.files import write_atomically
from jupyter_mlstudio.serving.batch.fitting import Input
from jupyter_mlstudio.serving.batch.reading import Wanted
from jupyter_mlstudio.serving.batch.sources import Piece
from jupyter_mlstudio.serving.runtime.mlmodel import Field
from jupyter_mlstudio.serving.runtime.order import Variant

if TYPE_CHECKING:
    import pyarrow as pa

FILE = "plan.json"
VERSION = 1
"""Changes whenever an older plan could not be gone on with."""


@dataclass(frozen=True)
class Plan:
    """Everything that a process needs to answer a piece.

    Attributes:
        mark: Differs when the rows, the model or what is asked differ.
        method: Empty for the model's own.
        wanted: Arrow schema of what is read, as text.
    """

    mark: str
    variant: Variant
    project: str
    method: str
    column: str
    carried: tuple[str, ...]
    inputs: tuple[tuple[Field, str | None], ...]
    wanted: str
    table: str | None
    pieces: tuple[Piece, ...]

    def write(self, work: Path) -> None:
        """Keep it in the folder of the transform."""
        write_atomically(work / FILE, json.dumps(asdict(self)))

    @classmethod
    def read(cls, work: Path) -> Self | None:
        """Read it; None if there is none, or none that can be gone on with."""
        try:
            content: dict[str, Any] = json.loads((work / FILE).read_text(encoding="utf-8"))
            inputs = tuple(
                (Field(**{**field, "shape": tuple(field["shape"])}), name) for field, name in content["inputs"]
            )
            pieces = tuple(Piece(**piece) for piece in content["pieces"])
            rest = {"variant": Variant(**content["variant"]), "carried": tuple(content["carried"])}
            return cls(**{**content, **rest, "inputs": inputs, "pieces": pieces})
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @property
    def reading(self) -> Wanted:
        """What is read of a row."""
        schema = _schema(self.wanted)
        asked = {name for _, name in self.inputs}
        loose = frozenset(name for name in schema.names if name not in asked)
        return Wanted(schema.names, dict(zip(schema.names, schema.types, strict=True)), loose, self.table)

    @property
    def fitting(self) -> list[Input]:
        """The model's columns."""
        return [Input(field, name) for field, name in self.inputs]


def schema_text(schema: "pa.Schema") -> str:
    """Write an Arrow schema as text."""
    return base64.b64encode(schema.remove_metadata().serialize().to_pybytes()).decode()


def _schema(text: str) -> "pa.Schema":
    import pyarrow as pa

    return pa.ipc.read_schema(pa.py_buffer(base64.b64decode(text)))


def mark_of(files: Sequence[Path], asked: object, digest: str) -> str:
    """Return what differs when the files, what is asked of them, or the model differ."""
    stats = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return hashlib.sha256(json.dumps([VERSION, stats, asked, digest]).encode()).hexdigest()
