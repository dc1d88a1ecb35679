"""Columns that are made in the same way, written once: `pl.col("a", "b").str.to_lowercase()`."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from jupyter_mlstudio.wrangling.writing import column, columns


def together(parts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Write neighbouring columns that keep their names and differ in nothing else as one expression.

    Args:
        parts: Names of columns, and how each is written.
    """
    for rest, group in groupby(parts, lambda part: _rest(*part)):
        listed = list(group)
        if rest is None or len(listed) == 1:
            yield from (text for _, text in listed)
        else:
            yield f"{columns(name for name, _ in listed)}{rest}"


def _rest(name: str, text: str) -> str | None:
    """Return what follows the column itself, if it is the only one there and nothing is renamed."""
    subject = column(name)
    rest = text.removeprefix(subject)
    if rest == text or "pl.col(" in rest or ".alias(" in rest or "pl.when(" in rest:
        return None
    return rest
