"""What can be chosen from: the steps with their forms, and the frames of a kernel."""

from collections.abc import Mapping
from functools import cache

from jupyter_mlstudio.wrangling.messages import Frame, StepKind
from jupyter_mlstudio.wrangling.step import Step


@cache
def kind_of(step: type[Step]) -> StepKind:
    """Describe a step that can be added."""
    schema = step.model_json_schema()
    for hidden in ("op", "on", "note", "state"):
        schema["properties"].pop(hidden, None)
    for unused in ("State", "JsonValue"):
        schema.get("$defs", {}).pop(unused, None)
    return StepKind(
        op=step.model_fields["op"].default,
        title=step.title,
        group=step.group,
        kind=step.kind,
        summary=(step.__doc__ or "").split("\n\n")[0].replace("\n    ", " "),
        form=schema,
    )


def frames_in(names: Mapping[str, object]) -> list[Frame]:
    """Find the DataFrames; an engine that nobody has imported yet has made none."""
    import sys

    found = []
    for name, value in sorted(names.items()):
        for module, kind in (("pandas", "pandas"), ("polars", "polars")):
            engine = sys.modules.get(module)
            hidden = name.startswith("_") or "#" in name
            if engine is not None and not hidden and isinstance(value, engine.DataFrame):
                rows, columns = value.shape
                found.append(Frame.model_validate({"name": name, "kind": kind, "rows": rows, "columns": columns}))
    return found
