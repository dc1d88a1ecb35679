"""The text of a model card, as Markdown."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from jupyter_mlstudio.registry.card_types import CardPart
from jupyter_mlstudio.registry.comparing import frameworks
from jupyter_mlstudio.registry.folder import Column, Folder
from jupyter_mlstudio.registry.surroundings import EndpointFacts, RunFacts
from jupyter_mlstudio.registry.types import STAGE, ModelVersion, RegisteredModel

MARK = "<!-- model card -->"
"""Begins a description that is a card."""

SHOWN = 60
"""Rows of a table in a card."""

LONGEST = 200
"""Characters of a value in a table."""

LARGE = 1_000_000
"""Bytes from which a size is given in megabytes."""

EXAMPLE = 1500
"""Characters of an input example."""


class Known(NamedTuple):
    """What a card is made from."""

    model: RegisteredModel
    version: ModelVersion
    run: RunFacts | None
    folder: Folder
    endpoints: tuple[EndpointFacts, ...]
    watched: Mapping[str, str]


def tag(part: str) -> str:
    """Return the tag that keeps a part that the user writes."""
    return f"mlstudio.card.{part}"


def parts(known: Known) -> list[CardPart]:
    """Return the sections of a card in their order."""
    model, version = known.model, known.version
    summary = "" if version.description.startswith(MARK) else version.description
    return [
        _own("purpose", "Purpose", model.tags.get(tag("purpose")) or model.description),
        _own("summary", "This version", version.tags.get(tag("summary")) or summary),
        _made("data", "Data", _data(known.run)),
        _made("training", "Training", _training(known.run)),
        _made("metrics", "Metrics", _metrics(known.run)),
        _own("evaluation", "Evaluation", version.tags.get(tag("evaluation"), "")),
        _made("signature", "Inputs and outputs", _signature(known.folder)),
        _own("limits", "Limits", version.tags.get(tag("limits"), "")),
        _made("environment", "Environment", _environment(known.folder)),
        _made("lineage", "Lineage", _lineage(known)),
        _made("monitoring", "Monitoring", _monitoring(known.watched)),
        _own("notes", "Notes", version.tags.get(tag("notes"), "")),
    ]


def markdown(known: Known, parts: Sequence[CardPart]) -> str:
    """Write a card from its sections; those that say nothing are left out."""
    version = known.version
    told = {
        "Registered": f"{version.created_at:%Y-%m-%d %H:%M} UTC",
        "Stage": version.tags.get(STAGE, ""),
        "Aliases": ", ".join(_code(alias) for alias in version.aliases),
        "Address": _code(f"models:/{version.name}/{version.version}"),
        "Size": _size(known.folder.size),
    }
    head = "  \n".join(f"**{name}** {value}" for name, value in told.items() if value)
    body = [f"## {part.title}\n\n{part.markdown}" for part in parts if part.markdown]
    return "\n\n".join([f"# {_plain(version.name)} {version.version}", head, *body]) + "\n"


def _own(key: str, title: str, text: str) -> CardPart:
    return CardPart(key=key, title=title, markdown=text, own=True)


def _made(key: str, title: str, text: str) -> CardPart:
    return CardPart(key=key, title=title, markdown=text, own=False)


def _data(run: RunFacts | None) -> str:
    if run is None:
        return ""
    rows = [
        (used.name, used.context, _whole(used.rows), _whole(used.columns), _code(used.digest), used.source)
        for used in run.datasets
    ]
    return _table(("name", "used for", "rows", "columns", "digest", "source"), rows)


def _training(run: RunFacts | None) -> str:
    if run is None:
        return "The run that trained it is not known."
    told = {
        "Run": f"{_plain(run.name)} of experiment {_plain(run.experiment)} ({_code(run.id)})",
        "Started": f"{run.started_at:%Y-%m-%d %H:%M} UTC",
        "By": _plain(run.user),
        "Notebook": _code(run.notebook),
        "Recipe": _code(run.recipe),
        "Commit": _code(run.commit),
    }
    lines = "\n".join(f"- {name}: {value}" for name, value in told.items() if value)
    params = _table(("param", "value"), sorted(run.params.items()))
    return f"{lines}\n\n{params}".strip()


def _metrics(run: RunFacts | None) -> str:
    if run is None:
        return ""
    return _table(("metric", "value"), [(name, _number(value)) for name, value in sorted(run.metrics.items())])


def _signature(folder: Folder) -> str:
    sections = [
        f"**{title}**\n\n{_table(('name', 'type', ''), [_column(column) for column in columns])}"
        for title, columns in (("Inputs", folder.inputs), ("Outputs", folder.outputs))
        if columns
    ]
    if folder.example:
        cut = folder.example if len(folder.example) <= EXAMPLE else f"{folder.example[:EXAMPLE]}\n…"
        sections.append(f"**Example**\n\n```json\n{cut.replace('```', '')}\n```")
    return "\n\n".join(sections)


def _column(column: Column) -> tuple[str, str, str]:
    return column.name, column.type, "" if column.required else "optional"


def _environment(folder: Folder) -> str:
    told = {"Framework": _plain(frameworks(folder)), "Python": folder.python}
    lines = "\n".join(f"- {name}: {value}" for name, value in told.items() if value)
    packages = "\n".join(folder.requirements[:SHOWN]).replace("```", "")
    return f"{lines}\n\n```text\n{packages}\n```".strip() if packages else lines


def _lineage(known: Known) -> str:
    run, lines = known.run, []
    if run is not None:
        lines += [f"- data {_plain(used.name)} {_code(used.digest)}" for used in run.datasets]
        lines += [f"- recipe {_code(run.recipe)}"] if run.recipe else []
        lines += [f"- notebook {_code(run.notebook)}"] if run.notebook else []
        lines += [f"- run {_plain(run.name)} {_code(run.id)}"]
    for endpoint in known.endpoints:
        follows = f", follows {_code(endpoint.follows[1])}" if endpoint.follows else ""
        lines.append(f"- endpoint {_plain(endpoint.name)}, {endpoint.state}{follows}")
    return "\n".join(lines)


def _monitoring(watched: Mapping[str, str]) -> str:
    return "\n".join(f"- endpoint {_plain(name)}: {text}" for name, text in watched.items() if text)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    kept = list(rows)
    if not kept:
        return ""
    lines = [head, ["---"] * len(head), *([_cell(value) for value in row] for row in kept[:SHOWN])]
    more = f"\n\n… and {len(kept) - SHOWN:,} more." if len(kept) > SHOWN else ""
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + more


def _cell(value: str) -> str:
    cut = value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
    return _plain(cut) if not cut.startswith("`") else cut


def _plain(text: str) -> str:
    """Keep a text from being read as Markdown or HTML, and on one line."""
    for mark in "\\`*_[]<>|#":
        text = text.replace(mark, f"\\{mark}" if mark not in "<>" else {"<": "&lt;", ">": "&gt;"}[mark])
    return " ".join(text.split())


def _code(text: str | None) -> str:
    return f"`{' '.join(text.replace('`', '').replace('|', '').split())}`" if text else ""


def _number(value: float) -> str:
    return f"{value:.6g}" if math.isfinite(value) else str(value)


def _whole(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= LARGE else f"{size / 1e3:,.0f} kB" if size else ""
