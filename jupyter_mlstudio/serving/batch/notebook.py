"""The notebook that a batch transform runs as a job."""

import json

from jupyter_mlstudio.serving.batch.types import TransformSpec

TEXT = "# Batch transform\n\nEvery row of `{source}` goes through {label}; the answers go to `{output}`."
PARAMETERS = "spec: dict = {}  # which rows, which model, where the answers go"
RUN = """from jupyter_mlstudio import Studio

studio = Studio.open()
result = studio.serving.transforms.run(spec)
result"""
HAND_ON = 'studio.output("transform", result.model_dump())'


def notebook_of(spec: TransformSpec, label: str) -> bytes:
    """Write it; what it does depends on its parameter alone."""
    title = TEXT.format(source=spec.source, label=label, output=spec.output)
    cells = [
        {"cell_type": "markdown", "id": "about", "metadata": {}, "source": title},
        _code("parameters", PARAMETERS, "parameters"),
        _code("run", RUN),
        _code("hand-on", HAND_ON),
    ]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=1).encode()


def _code(name: str, text: str, *tags: str) -> dict[str, object]:
    return {
        "cell_type": "code", "execution_count": None, "id": name, "metadata": {"tags": list(tags)}, "outputs": [],
        "source": text,
    }  # fmt: skip
