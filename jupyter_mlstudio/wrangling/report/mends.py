"""The steps that mend what the report finds, and how its insights are put together."""

from collections.abc import Iterable, Sequence

from pydantic import JsonValue, ValidationError

from jupyter_mlstudio.wrangling.report.types import Exactness, Insight, InsightFigure, InsightKind, Mend, Severity
from jupyter_mlstudio.wrangling.step import step_kinds

SHOWN = 3
_UNITS = ("share", "count", "score", "number")


def mend(label: str, *steps: dict[str, JsonValue]) -> tuple[Mend, ...]:
    """Offer steps, if there are such steps and they take these options; nothing otherwise."""
    kinds = step_kinds()
    try:
        for step in steps:
            kinds[str(step["op"])].model_validate(step)
    except (KeyError, ValidationError):
        return ()
    return (Mend(label=label, steps=steps),)


def drop(columns: Sequence[str]) -> tuple[Mend, ...]:
    """Offer to drop columns."""
    return mend(f"Drop {listing(columns)}", {"op": "drop", "columns": list(columns)})


def figure(label: str, value: float, unit: str, exactness: Exactness) -> InsightFigure:
    """Make a figure; shares and scores with as many digits as make sense."""
    digits = {"share": 6, "score": 4, "count": 0}.get(unit)
    number = float(value) if digits is None else round(float(value), digits)
    return InsightFigure.model_validate({"label": label, "value": number, "unit": unit, "exactness": exactness})


def insight(  # noqa: PLR0913, PLR0917  # the fields of an insight, in their order
    kind: InsightKind,
    severity: Severity,
    title: str,
    text: str,
    columns: Sequence[str] = (),
    figures: Sequence[InsightFigure] = (),
    examples: Iterable[object] = (),
    rows: Iterable[int] = (),
    mends: tuple[Mend, ...] = (),
) -> Insight:
    """Put an insight together: its fields, with an id made of kind and columns."""
    return Insight(
        id=f"{kind}:{','.join(columns)}",
        kind=kind,
        severity=severity,
        title=title,
        text=text,
        columns=tuple(columns),
        figures=tuple(figures),
        examples=tuple(str(value)[:80] for value in examples),
        rows=tuple(int(row) for row in rows),
        mends=mends,
    )


def listing(names: Sequence[str]) -> str:
    """List columns in a sentence, the first few by name."""
    if len(names) == SHOWN + 1 or len(names) <= SHOWN:
        return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
    return f"{', '.join(names[:SHOWN])} and {len(names) - SHOWN} more"


def said(names: Sequence[str]) -> str:
    """List columns in a sentence, in quotes."""
    return listing([f"“{name}”" for name in names])


def counted(number: int, one: str, several: str) -> str:
    """Write a number with the words that go with one and with several."""
    return f"{number:,} {one if number == 1 else several}"


def share(value: float) -> str:
    """Write a share as people do: 12 %, 0.4 %, less than 0.01 %."""
    percent = value * 100
    if 0 < percent < 0.01:  # noqa: PLR2004  # smaller than two digits can show
        return "less than 0.01 %"
    digits = 0 if percent >= 10 or percent == 0 else 1 if percent >= 1 else 2  # noqa: PLR2004  # two digits that matter
    text = f"{percent:.{digits}f}"
    return f"{'almost 100' if text == '100' and percent < 100 else text} %"  # noqa: PLR2004  # all of them
