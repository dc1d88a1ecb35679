"""How a suggestion is made from a step with its options."""

from collections.abc import Mapping, Sequence

from jupyter_mlstudio.wrangling.assist.types import Suggestion

Options = Mapping[str, object]
"""A step as plain data."""


def suggested(
    id: str, columns: Sequence[str], title: str, reason: str, steps: Options | Sequence[Options], score: float
) -> Suggestion:
    """Suggest one step, or several in a row."""
    listed = [steps] if isinstance(steps, Mapping) else list(steps)
    return Suggestion.model_validate(
        {"id": id, "title": title, "reason": reason, "columns": columns, "steps": listed, "opens": None, "score": score}
    )


def opened(id: str, columns: Sequence[str], title: str, reason: str, tool: str, score: float) -> Suggestion:
    """Suggest a tool, for its first column."""
    return Suggestion.model_validate(
        {"id": id, "title": title, "reason": reason, "columns": columns, "steps": (), "opens": tool, "score": score}
    )
