"""Programs that write dates differently, also dates that are still text."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from jupyter_mlstudio.wrangling.assist.programs import Program

FORMATS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y%m%d",
    "%d.%m.%y",
    "%m/%d/%y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%b %d %Y",
    "%B %d %Y",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%A, %B %d, %Y",
    "%Y-%m",
    "%b %Y",
)
"""How dates are often written; of two that read the same text, the first is tried first."""
TIMES = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M %p",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ",
)
_PIECES: tuple[tuple[str, float, str], ...] = (
    ("%Y", 0.7, "year"),
    ("%y", 0.9, "two-digit year"),
    ("%m", 0.7, "month"),
    ("%-m", 1.0, "month"),
    ("%d", 0.75, "day"),
    ("%-d", 1.0, "day"),
    ("%B", 0.8, "name of the month"),
    ("%b", 0.9, "short name of the month"),
    ("%A", 0.8, "weekday"),
    ("%a", 0.9, "short weekday"),
    ("%j", 1.5, "day of the year"),
)
_OF_DAY = (
    ("%H", 0.8, "hour"),
    ("%M", 0.85, "minute"),
    ("%S", 0.9, "second"),
    ("%I", 1.0, "hour of 12"),
    ("%p", 0.9, "AM or PM"),
)


def read(texts: Sequence[str]) -> list[tuple[str, bool]]:
    """Return the formats in which all these texts are dates, and whether with a time."""
    found = [(form, False) for form in FORMATS if all(_read(text, form) for text in texts)]
    return found or [(form, True) for form in TIMES if all(_read(text, form) for text in texts)]


def _read(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # as it is written
    except ValueError:
        return None


def dates(column: Program, formats: Sequence[tuple[str, bool]]) -> Iterator[Program]:
    """Make the programs that write a part of a date."""
    if all(isinstance(value, (date, datetime)) for value in column.values):
        timed = all(isinstance(value, datetime) for value in column.values)
        yield from _written(column, column.values, timed=timed)
        return
    found = column.texts()
    for rank, (form, timed) in enumerate(formats if found else ()):
        moments = tuple(_read(text, form) for text in found or ())
        if None not in moments:
            function = "parse_time" if timed else "parse_date"
            parsed = column._replace(
                formula=f'{function}({column.formula}, "{form}")',
                cost=column.cost + 0.4 + 0.3 * rank,
                words=column.words,
            )
            yield from _written(parsed, moments, timed=timed)


def _written(inner: Program, moments: Sequence[object], *, timed: bool) -> Iterator[Program]:
    for piece, cost, words in (*_PIECES, *(_OF_DAY if timed else ())):
        values = tuple(formatted(moment, piece) for moment in moments)
        yield Program(
            f'format_date({inner.formula}, "{piece}")',
            values,
            inner.cost + cost,
            f"the {words} of {inner.words}",
            inner.column,
            piece,
        )
    quarters = tuple(str((moment.month + 2) // 3) for moment in moments if isinstance(moment, (date, datetime)))
    yield Program(
        f"text(quarter({inner.formula}))", quarters, inner.cost + 1.1, f"the quarter of {inner.words}", inner.column
    )


def formatted(moment: object, piece: str) -> str:
    """Write a part of a date, whatever the platform says about `-`."""
    assert isinstance(moment, (date, datetime))  # looked at before
    return str(int(moment.strftime(piece.replace("-", "")))) if "-" in piece else moment.strftime(piece)
