"""Projects with small notebooks, and what to wait for."""

import json
import time

import pytest

from jupyter_mlstudio import Studio


@pytest.fixture
def write(tmp_path):
    """Write a notebook of code cells; the first is tagged `parameters` if `parameters` is given."""

    def write(name, *sources, parameters=None, language="python", kernel="python3"):
        cells = [{"cell_type": "markdown", "metadata": {}, "source": "# A notebook"}]
        for source in [*([] if parameters is None else [parameters]), *sources]:
            tags = ["parameters"] if source is parameters else []
            cells.append(
                {
                    "cell_type": "code",
                    "metadata": {"tags": tags},
                    "source": source,
                    "outputs": [],
                    "execution_count": None,
                }
            )
        metadata = {
            "kernelspec": {"name": kernel, "language": language, "display_name": kernel},
            "language_info": {"name": language},
        }
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}))
        return name

    return write


@pytest.fixture
def studio(tmp_path):
    studio = Studio.open(tmp_path)
    yield studio
    for job in studio.jobs.all():
        if job.ended_at is None:
            studio.jobs.stop(job.id)
    for job in studio.jobs.all():
        studio.jobs.wait(job.id, 30)


@pytest.fixture
def until():
    """Wait until a condition holds, and return what it returned."""

    def until(condition, seconds=30):
        deadline = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < deadline, "it never came true"
            time.sleep(0.05)
        return found

    return until
