"""What fitted encoders remember of the columns that they were shown."""

from collections.abc import Iterator
from typing import Any


def known_texts(part: Any, depth: int = 24) -> Iterator[tuple[str, Any]]:
    """Find a category for each column that some encoder knows, wherever in a pipeline it is."""
    if depth and isinstance(part, list | tuple):
        for each in part:
            yield from known_texts(each, depth - 1)
    elif depth and type(part).__module__.partition(".")[0] == "sklearn" and hasattr(part, "__dict__"):
        names = getattr(part, "feature_names_in_", ())
        for name, categories in zip(names, getattr(part, "categories_", ()), strict=False):
            yield from ((str(name), value) for value in list(categories[:1]))
        yield from known_texts(list(vars(part).values()), depth - 1)
