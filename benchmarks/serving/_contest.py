"""The three models behind our endpoints and behind other servers, with answers that were compared before any load."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import _peers
from _load import Side
from _project import MODELS, save

from jupyter_mlstudio.studio import Studio

BATCHING = ("litserve-batch", "ray-batch")


class Contest:
    """Endpoints of ours in a project, and the same models as files for the others."""

    def __init__(self, studio: Studio, models: tuple[str, ...] = MODELS) -> None:
        self.models, self.folder = models, Path(studio.project) / "models"
        self.folder.mkdir()
        self.rows: dict[str, list[dict]] = {}
        self.ours: dict[str, Side] = {}
        for name in models:
            self.rows[name] = self._saved(Path(studio.project), name)[:1]
            endpoint = studio.deploy(name, name, trust=True)
            headers = {"Authorization": f"Bearer {endpoint.key}", "Content-Type": "application/json"}
            self.ours[name] = Side("ours", f"{endpoint.url}/invocations", self.split(name), headers)
        self.expected = {name: ask(side) for name, side in self.ours.items()}

    def split(self, name: str) -> bytes:
        """Write a row as MLflow's dataframe_split."""
        (row,) = self.rows[name]
        return json.dumps({"dataframe_split": {"columns": list(row), "data": [list(row.values())]}}).encode()

    @contextmanager
    def peers(self) -> Iterator[Iterator[tuple[str, dict[str, Side]]]]:
        """Start the others, one after the other; each gives its sides by model, checked."""
        yield self._peers()

    def _peers(self) -> Iterator[tuple[str, dict[str, Side]]]:
        for name in self.models:
            with _peers.mlflow(self.folder.parent / name) as url:
                yield "mlflow", self.checked("mlflow", {name: f"{url}/invocations"})
        with _peers.mlserver_all(self.folder) as url:
            yield "mlserver", self.checked("mlserver", {each: f"{url}/v2/models/{each}/infer" for each in self.models})
        for maker, names in (
            (_peers.litserve, ("litserve", "litserve-batch")),
            (_peers.ray_serve, ("ray", "ray-batch")),
        ):
            with maker(self.folder) as url:
                for name in names:
                    tail = "-batch" if name in BATCHING else ""
                    yield name, self.checked(name, {each: f"{url}/{each}{tail}" for each in self.models})
        with _peers.bentoml(self.folder) as url:
            yield "bentoml", self.checked("bentoml", {each: f"{url}/{each}" for each in self.models})

    def checked(self, peer: str, urls: dict[str, str]) -> dict[str, Side]:
        sides = {}
        for name, url in urls.items():
            body = self._tensors(name) if peer == "mlserver" else self.split(name)
            side = Side(peer, url, body, {"Content-Type": "application/json"})
            assert ask(side) == self.expected[name], f"{peer} answers {name} otherwise"
            sides[name] = side
        return sides

    def _tensors(self, name: str) -> bytes:
        (row,) = self.rows[name]
        if name != "mixed":
            values = list(row.values())
            tensor = {"name": "x", "shape": [1, len(values)], "datatype": "FP64", "data": values}
            return json.dumps({"inputs": [tensor]}).encode()
        inputs = [{"name": column, "shape": [1, 1], "data": [value], **kind(value)} for column, value in row.items()]
        return json.dumps({"parameters": {"content_type": "pd"}, "inputs": inputs}).encode()

    def _saved(self, project: Path, name: str) -> list[dict]:
        import cloudpickle
        import joblib

        rows = save(project, name)
        model = cloudpickle.loads((project / name / "model.pkl").read_bytes())
        joblib.dump(model.set_params(n_jobs=1) if name == "forest" else model, self.folder / f"{name}.joblib")
        return rows


def kind(value: object) -> dict:
    """Return what MLServer has to be told of a value."""
    if isinstance(value, str):
        return {"datatype": "BYTES", "parameters": {"content_type": "str"}}
    return {"datatype": "FP64"}


@contextmanager
def fixed(folder: Path, side: Side) -> Iterator[Side]:
    """Run our HTTP server with a fixed answer, for the same body as another side's."""
    folder.mkdir()
    command = [sys.executable, str(Path(__file__).with_name("_fixed.py")), str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        port = int(server.stdout.readline())
        headers = {"Authorization": "Bearer key", "Content-Type": "application/json"}
        yield Side("a fixed answer", f"http://127.0.0.1:{port}/invocations", side.body, headers)
    finally:
        server.kill()
        server.wait()


def ask(side: Side) -> list:
    """Ask once, and return the predictions as plain numbers."""
    with urlopen(Request(side.url, side.body, side.headers), timeout=60) as answer:
        content = json.load(answer)
    found = content["outputs"][0]["data"] if "outputs" in content else content["predictions"]
    return [float(value) for value in found]
