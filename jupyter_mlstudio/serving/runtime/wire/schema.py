"""What a model takes, as far as a reader must know it, and what callers are told about columns that do not fit."""

from collections.abc import Sequence
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from jupyter_mlstudio.serving.runtime.mlmodel import Field, ModelFile
from jupyter_mlstudio.serving.runtime.refusal import RefusedError

if TYPE_CHECKING:
    from jupyter_mlstudio.serving.runtime.wire.typed import Typed

MOST_CELLS = 128
"""So many rows are handed on row by row; more of them are turned into columns, which is quicker then."""

SHOWN = 12
LONGEST = 200
NUMBERS = {"integer": ("int32", 2**31), "long": ("int64", 2**63), "float": ("float32", 0), "double": ("float64", 0)}
WANTED = {
    "integer": "a whole number",
    "long": "a whole number",
    "float": "a number",
    "double": "a number",
    "boolean": "true or false",
    "string": "a text",
    "datetime": "a text such as 2013-01-31T23:59:00",
    "binary": "a text in base64",
}


class Schema:
    """The signature of a model; without one, any table is taken as it comes.

    Attributes:
        fields: The inputs, in the model's order.
        tensor: The one array without a name that the model takes instead of columns.
    """

    def __init__(
        self,
        fields: Sequence[Field],
        max_rows: int = 100_000,
        *,
        outputs: Sequence[Field] = (),
        file: ModelFile | None = None,
    ) -> None:
        self.fields, self.outputs, self.max_rows = tuple(fields), tuple(outputs), max_rows
        self._file = file
        self.names = [field.name for field in fields if field.name is not None]
        self.known = frozenset(self.names)
        self.numbers = bool(self.fields) and all(field.type == "double" for field in fields)
        self.tensor = fields[0] if len(self.fields) == 1 and fields[0].type == "tensor" and not self.names else None

    @classmethod
    def of(cls, file: ModelFile, max_rows: int = 100_000) -> "Schema":
        """Take it from what a model folder says about itself."""
        return cls(file.inputs, max_rows, outputs=file.outputs, file=file)

    @cached_property
    def example(self) -> list[dict[str, Any]]:
        """Rows of the input example; empty if there is none."""
        return self._file.example_rows() if self._file is not None else []

    @cached_property
    def request(self) -> dict[str, Any] | None:
        """The input example as a request of MLflow's protocol."""
        return self._file.example_request() if self._file is not None else None

    @cached_property
    def typed(self) -> "Typed":
        """The quick decoders of this signature."""
        from jupyter_mlstudio.serving.runtime.wire.typed import Typed

        return Typed(self)

    def check_count(self, count: int) -> None:
        """Refuse more rows than one request may hold."""
        if count > self.max_rows:
            told = f"One request may hold {self.max_rows} rows; this one holds {count}. Send several requests."
            raise RefusedError("too_many_rows", told, status=413)

    def places(self, names: Sequence[str]) -> list[int | None]:
        """Return where each of the model's columns stands among the given ones; None for one that may be left out.

        Raises:
            RefusedError: There are others, or some are missing; it names the column, and the nearest known one.
        """
        found = {name: number for number, name in enumerate(names)}
        if len(found) < len(names):
            double = next(name for number, name in enumerate(names) if found[name] != number)
            raise RefusedError("duplicate_column", f"Column {double!r} is there twice.", column=double)
        if not self.names:
            raise RefusedError("named", "The model's columns have no names. Send lists of values, without names.")
        for name in names:
            if name not in self.known:
                self._refuse_extra(name, found)
        for field in self.fields:
            if field.name not in found and field.required:
                self._refuse_missing(field)
        return [found.get(str(field.name)) for field in self.fields]

    def refuse_unnamed(self) -> NoReturn:
        """Say that names are wanted."""
        told = "The values have no column names. Send dataframe_split with columns, or one object a row"
        raise RefusedError("unnamed", f"{told}; the model wants {listing(self.names)}.", expected=self.names)

    def _refuse_extra(self, name: str, given: dict[str, int]) -> NoReturn:
        name = name[:LONGEST]
        missing = [wanted for wanted in self.names if wanted not in given]
        nearest = get_close_matches(name, missing or self.names, 1)
        hint = f" Did you mean {nearest[0]!r}?" if nearest else f" It knows {listing(self.names)}."
        details: dict[str, Any] = {"nearest": nearest[0]} if nearest else {}
        raise RefusedError("extra_column", f"The model knows no column {name!r}.{hint}", column=name, **details)

    def _refuse_missing(self, field: Field) -> NoReturn:
        told = f"Column {field.name!r} is missing; the model wants {WANTED.get(field.type, field.type)} there."
        raise RefusedError("missing_column", told, column=field.name, expected=field.type)


def listing(names: Sequence[str]) -> str:
    """Name some, and say how many more there are."""
    shown = ", ".join(map(repr, names[:SHOWN]))
    return shown if len(names) <= SHOWN else f"{shown} and {len(names) - SHOWN} more"
