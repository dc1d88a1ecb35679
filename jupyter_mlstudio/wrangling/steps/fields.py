"""Fields that several steps share; `format` and `roles` tell a form how to ask for them."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.wrangling.writing import quote, require, role_of

if TYPE_CHECKING:
    import polars as pl

    from jupyter_mlstudio.wrangling.figures import Role


def _one(*roles: str) -> dict[str, object]:
    return {"format": "column", **({"roles": list(roles)} if roles else {})}


def _many(*roles: str) -> dict[str, object]:
    return {"format": "columns", **({"roles": list(roles)} if roles else {})}


AnyColumn = Annotated[str, Field(title="Column", min_length=1, json_schema_extra=_one())]
NumberColumn = Annotated[str, Field(title="Column", min_length=1, json_schema_extra=_one("number"))]
DateColumn = Annotated[str, Field(title="Column", min_length=1, json_schema_extra=_one("date", "datetime", "time"))]
AnyColumns = Annotated[tuple[str, ...], Field(title="Columns", min_length=1, json_schema_extra=_many())]
NumberColumns = Annotated[tuple[str, ...], Field(title="Columns", min_length=1, json_schema_extra=_many("number"))]
TextColumns = Annotated[tuple[str, ...], Field(title="Columns", min_length=1, json_schema_extra=_many("text"))]
CategoryColumn = Annotated[
    str, Field(title="Column", min_length=1, json_schema_extra=_one("text", "number", "boolean"))
]
CategoryColumns = Annotated[
    tuple[str, ...], Field(title="Columns", min_length=1, json_schema_extra=_many("text", "number", "boolean"))
]
TextColumn = Annotated[str, Field(title="Column", min_length=1, json_schema_extra=_one("text"))]
DateColumns = Annotated[
    tuple[str, ...], Field(title="Columns", min_length=1, json_schema_extra=_many("date", "datetime"))
]
SomeText = Annotated[tuple[str, ...], Field(title="Columns", json_schema_extra=_many("text"))]
"""Columns of text; none given means all of them."""
GroupedBy = Annotated[
    tuple[str, ...], Field(title="Within groups of", description="None means over all rows.", json_schema_extra=_many())
]
InOrderOf = Annotated[
    tuple[str, ...],
    Field(title="In the order of", description="None means as the rows stand.", json_schema_extra=_many()),
]
NewName = Annotated[str, Field(title="New name", description="Made of the others if left out.")]
SomeColumns = Annotated[tuple[str, ...], Field(title="Columns", json_schema_extra=_many())]
"""None given means all."""

Formula = Annotated[str, Field(title="Formula", min_length=1, max_length=2000, json_schema_extra={"format": "formula"})]
Number = Annotated[float, Field(allow_inf_nan=False)]
Value = bool | int | Number | str


SHOWN = 3


def named(names: Iterable[str]) -> str:
    """List columns in a sentence, the first few by name."""
    listed = list(names)
    shown = ", ".join(listed[:SHOWN])
    return shown if len(listed) <= SHOWN else f"{shown} and {len(listed) - SHOWN} more"


def check(names: Iterable[str], schema: "Mapping[str, pl.DataType]", roles: "Iterable[Role]" = ()) -> None:
    """Refuse columns that are missing or of a type that a step cannot work on.

    Raises:
        InvalidError: The message names the column, what it is and what it has to be.
    """
    wanted = tuple(roles)
    listed = list(names)
    require(listed, schema)
    for name in listed:
        if wanted and role_of(schema[name]) not in wanted:
            expected = " or ".join(_PLURAL[role] for role in wanted)
            raise InvalidError(
                f"“{name}” holds {schema[name]}, but this step works on {expected}. Change its type before.",
                code="wrong_type",
            )


def of_role(names: Iterable[str], schema: "Mapping[str, pl.DataType]", role: "Role") -> tuple[str, ...]:
    """Return the named columns, or all of a role if none are named.

    Raises:
        InvalidError: One is missing, or of another role.
    """
    given = tuple(dict.fromkeys(names))
    check(given, schema, (role,))
    return given or tuple(name for name, dtype in schema.items() if role_of(dtype) == role)


def listed(names: Iterable[str]) -> str:
    """Write names as a list of strings."""
    return "[" + ", ".join(quote(name) for name in names) + "]"


def new_columns(names: Iterable[str], schema: "Mapping[str, pl.DataType]", replaced: Iterable[str] = ()) -> None:
    """Refuse names for new columns that exist already.

    Raises:
        InvalidError: One exists; it would be overwritten without a word.
    """
    taken = set(schema) - set(replaced)
    for name in names:
        if name in taken:
            raise InvalidError(
                f"There is a column “{name}” already. Rename or drop it before this step.", code="name_taken"
            )
        taken.add(name)


_PLURAL: "dict[Role, str]" = {
    "number": "numbers",
    "text": "text",
    "date": "dates",
    "datetime": "times",
    "time": "times of day",
    "boolean": "truth values",
    "duration": "durations",
    "nested": "lists",
    "other": "other values",
}
