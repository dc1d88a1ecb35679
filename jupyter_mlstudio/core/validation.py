"""From what somebody sent to a typed value, with an error that names the field and the fix."""

from collections.abc import Hashable
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from jupyter_mlstudio.core.errors import InvalidError

T = TypeVar("T")


@cache
def adapter(annotation: Any) -> TypeAdapter[Any]:
    """Return what validates and writes values of a type; built once, at first use."""
    return TypeAdapter(annotation)


def parse(annotation: type[T], raw: str | bytes, at: str = "") -> T:
    """Read a value of a type from JSON; `at` is what the value as a whole is called.

    Raises:
        InvalidError: The text is no JSON, or does not fit; the message names each field and what is wrong with it.
    """
    try:
        value: T = adapter(cast(Hashable, annotation)).validate_json(raw)
    except ValidationError as error:
        raise InvalidError(explain(error, at)) from None
    return value


def convert(annotation: Any, value: object, at: str = "") -> Any:
    """Turn plain data into a value of a type; `at` is what the value as a whole is called.

    Raises:
        InvalidError: It does not fit; the message names each field and what is wrong with it.
    """
    try:
        return adapter(annotation).validate_python(value)
    except ValidationError as error:
        raise InvalidError(explain(error, at)) from None


def dump(annotation: Any, value: object) -> bytes:
    """Write a value of a type as JSON."""
    return adapter(annotation).dump_json(value)


def explain(error: ValidationError, at: str = "") -> str:
    """Put a validation error into a sentence a person can act on, fields first."""
    parts = []
    for item in error.errors(include_url=False, include_context=False):
        place = ".".join([*([at] if at else []), *(str(step) for step in item["loc"])])
        told = str(item["msg"]).removeprefix("Value error, ")  # what pydantic puts before words of our own
        parts.append(f"{place}: {told}" if place else told)
    return "; ".join(parts) + "."
