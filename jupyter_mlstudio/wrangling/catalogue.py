"""What can be chosen from: the steps with their forms, and the frames of a kernel."""

from collections.abc import Mapping
from functools import cache

from jupyter_mlstudio.wrangling.messages import Frame, StepKind
from jupyter_mlstudio.wrangling.sources.frames import shape_of
from jupyter_mlstudio.wrangling.step import Step


@cache
def kind_of(step: type[Step]) -> StepKind:
    """Describe a step that can be added."""
    schema = step.model_json_schema()
    for hidden in ("op", "on", "label", "note", "state"):
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
    """Find the frames of all kinds."""
    shapes = {
        name: shape_of(value) for name, value in sorted(names.items()) if not name.startswith("_") and "#" not in name
    }
    return [Frame(name=name, **shape._asdict()) for name, shape in shapes.items() if shape is not None]
