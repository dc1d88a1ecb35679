"""What flows through a pipeline while it is translated: columns as they came, or a matrix made of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from jupyter_mlstudio.serving.runtime.mlmodel import Field
from jupyter_mlstudio.serving.runtime.plans.packing import Spec
from jupyter_mlstudio.serving.runtime.question import Cells

NUMBERS = ("double", "float", "long", "integer", "boolean")


class UntranslatedError(Exception):
    """A part of a model that has no plain form here; the text completes "The model is computed by ..., since"."""


@dataclass(frozen=True)
class Ground:
    """What a translation stands on: the input, a row that the model takes, and what it refuses by column."""

    raw: "Raw"
    base: Cells
    refused: dict[int, Spec]


@dataclass(frozen=True)
class Column:
    """A column of the input. `fill` stands where a value is missing."""

    index: int
    name: str
    type: str
    fill: Any = None

    @property
    def numeric(self) -> bool:
        """Whether a matrix of numbers can hold it."""
        return self.type in NUMBERS


@dataclass(frozen=True)
class Raw:
    """Columns as they came; `width` is how many the input has, `tensor` whether it is one array."""

    columns: tuple[Column, ...]
    width: int
    tensor: bool = False

    def __len__(self) -> int:
        return len(self.columns)

    def pick(self, places: Sequence[int]) -> "Raw":
        """Return some of the columns."""
        return replace(self, columns=tuple(self.columns[place] for place in places))

    def matrix(self) -> "Made":
        """Return them as numbers.

        Raises:
            UntranslatedError: One is not numeric.
        """
        for column in self.columns:
            if not column.numeric or column.fill is not None:
                raise UntranslatedError(f"column {column.name!r} ({column.type}) is used as a number")
        singles = [column.type == "float" for column in self.columns]
        single = bool(singles) and all(singles)
        spec = {
            "op": "numbers",
            "indices": [column.index for column in self.columns],
            "dtype": "float32" if single else "float64",
            "rounded": [] if single else [place for place, each in enumerate(singles) if each],
            "width": self.width,
            "tensor": self.tensor,
        }
        return Made(spec, tuple(column.index for column in self.columns), single=single)


@dataclass(frozen=True)
class Made:
    """A matrix that a part of a plan makes; `origins` has the input column that each of its columns comes from.

    An origin is -1 where several columns were mixed. `single` says that it is in single precision.
    """

    spec: Spec
    origins: tuple[int, ...]
    single: bool = False

    def __len__(self) -> int:
        return len(self.origins)

    def after(self, spec: Spec, origins: Sequence[int] | None = None) -> "Made":
        """Return what a transform makes of it."""
        return replace(
            self, spec={**spec, "of": self.spec}, origins=self.origins if origins is None else tuple(origins)
        )

    def pick(self, places: Sequence[int]) -> "Made":
        """Return some of the columns."""
        if list(places) == list(range(len(self))):
            return self
        return self.after(
            {"op": "pick", "columns": [int(place) for place in places]}, [self.origins[p] for p in places]
        )

    def matrix(self) -> "Made":
        """Return itself."""
        return self


Block = Raw | Made


def whole_input(fields: Sequence[Field]) -> Raw:
    """Return the input of a model as columns.

    Raises:
        UntranslatedError: The model has no signature, or takes arrays of more dimensions.
    """
    if not fields:
        raise UntranslatedError("the model has no signature that says which columns it takes")
    if fields[0].type != "tensor":
        columns = (Column(index, str(field.name), field.type) for index, field in enumerate(fields))
        return Raw(tuple(columns), len(fields))
    kinds = {"float64": "double", "float32": "float", "int64": "long", "int32": "integer"}
    shape = fields[0].shape
    table = len(shape) == 2 and shape[1] >= 1  # noqa: PLR2004  # rows and columns
    if len(fields) > 1 or not table or fields[0].dtype not in kinds:
        raise UntranslatedError("the model takes arrays that are no tables")
    width, kind = shape[1], kinds[fields[0].dtype]
    return Raw(tuple(Column(index, str(index), kind) for index in range(width)), width, tensor=True)


def stacked(parts: Sequence[Block]) -> Block:
    """Put blocks side by side.

    Raises:
        UntranslatedError: Texts would stand beside numbers.
    """
    if len(parts) == 1:
        return parts[0]
    if all(isinstance(part, Raw) for part in parts):
        raws = [part for part in parts if isinstance(part, Raw)]
        return replace(raws[0], columns=tuple(column for part in raws for column in part.columns))
    made = [part.matrix() for part in parts if len(part)]
    if len(made) == 1:
        return made[0]
    origins = tuple(origin for part in made for origin in part.origins)
    return Made({"op": "stack", "parts": [part.spec for part in made]}, origins, single=all(p.single for p in made))


def classes_of(estimator: Any) -> Any:
    """Return the classes of a classifier of one output.

    Raises:
        UntranslatedError: It has several outputs.
    """
    classes = estimator.classes_
    if isinstance(classes, list) or classes.ndim != 1:
        raise UntranslatedError("the model answers several labels a row")
    if classes.dtype.kind == "O" and not all(isinstance(each, str | int | float | bool) for each in classes.tolist()):
        raise UntranslatedError("the labels are neither texts nor numbers")
    return classes
