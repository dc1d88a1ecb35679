"""Several processes write while others read: nobody waits for long, nothing is lost, nothing is told to be locked."""

import subprocess
import sys

from jupyter_mlstudio.experiments.reading.curves import CurvesQuery
from jupyter_mlstudio.experiments.reading.packed import Packed
from jupyter_mlstudio.experiments.reading.table import TableQuery

WRITERS, RUNS, POINTS = 3, 5, 50

WRITING = """
import sys
from jupyter_mlstudio import Studio
studio = Studio.open(sys.argv[1])
for number in range(int(sys.argv[3])):
    with studio.track("together", name=f"{sys.argv[2]}-{number}", tags={"writer": sys.argv[2]}) as run:
        run.log_param("number", number)
        for step in range(int(sys.argv[4])):
            run.log_metric("loss", step, step=step)
"""

READING = """
import sys, time
from jupyter_mlstudio import Studio
from jupyter_mlstudio.experiments.reading.packed import Packed
from jupyter_mlstudio.experiments.reading.table import TableQuery
reading = Studio.open(sys.argv[1]).experiments.reading
seen, revision, until = set(), None, time.monotonic() + 60
while len(seen) < int(sys.argv[2]) and time.monotonic() < until:
    header = Packed(reading.table(TableQuery(since=revision, columns=[]))).header
    revision = header["revision"] or None
    seen.update(header["own"]["id"])
    time.sleep(0.02)
print(len(seen))
"""


def start(script, *arguments):
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_three_processes_write_while_others_read(studio):
    readers = [start(READING, studio.project, WRITERS * RUNS)]
    writers = [start(WRITING, studio.project, name, RUNS, POINTS) for name in range(WRITERS)]
    reading, looks, told = studio.experiments.reading, 0, ""
    while any(writer.poll() is None for writer in writers):
        ids = Packed(reading.table(TableQuery())).header["own"]["id"]
        reading.curves(CurvesQuery(ids=ids, metrics=["loss"], points=10))
        looks += 1
    for process in (*writers, *readers):
        out, error = process.communicate(timeout=60)
        told += error
        assert process.returncode == 0, error
        assert out.strip() in {"", str(WRITERS * RUNS)}
    assert "locked" not in told
    assert looks > 10
    body = Packed(reading.table(TableQuery(filter="tags.writer IS NOT NULL")))
    assert body.header["total"] == WRITERS * RUNS
    curves = Packed(reading.curves(CurvesQuery(ids=body.header["own"]["id"], metrics=["loss"], points=0))).header[
        "items"
    ]
    assert [curve["total"] for curve in curves] == [POINTS] * (WRITERS * RUNS)
