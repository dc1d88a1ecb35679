"""The notebook that checks an endpoint, for a schedule to run as a job."""

import json
from pathlib import Path

from jupyter_mlstudio.core.files import write_atomically

_ABOUT = "# {name}\n\nHolds what the endpoint `{name}` was asked and answered against what its model was trained on."
_CHECK = """from jupyter_mlstudio import Studio

studio = Studio.open()
for report in studio.monitoring.check_all(endpoint):
    report.show()
    print(f"{report.label}: {report.message}")"""


def notebook(project: Path, name: str) -> str:
    """Write the notebook of an endpoint unless it is there, and return its path from the project folder."""
    path = f"monitoring/{name}.monitor.ipynb"
    if not (project / path).exists():
        cells = [
            {"cell_type": "markdown", "id": "about", "metadata": {}, "source": _ABOUT.format(name=name)},
            _code("parameters", f'endpoint: str = "{name}"  # the endpoint to look after', "parameters"),
            _code("check", _CHECK),
        ]
        kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
        metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
        whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
        write_atomically(project / path, json.dumps(whole, indent=1) + "\n")
    return path


def _code(name: str, text: str, *tags: str) -> dict[str, object]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {"tags": list(tags)} if tags else {},
        "outputs": [],
        "source": text,
    }
