"""Ten thousand rows in one body: our endpoint beside `mlflow models serve` and MLServer with the same model, in turns.

Ours is asked in Arrow, in JSON, and in binary tensors; mlflow in JSON and in Parquet; MLServer in JSON. All answers are
compared first. One caller with a kept connection each; the medians of the rounds' ratios are what counts.
"""

import io
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import _peers
from _project import figure, linear, project, save

ROWS, ROUNDS, SECONDS, MOST = 10_000, 5, 1.5, 400
ARROW, PARQUET, JSON = "application/vnd.apache.arrow.stream", "application/vnd.apache.parquet", "application/json"


@dataclass
class Side:
    """One way to ask somebody for all the rows."""

    name: str
    url: str
    body: bytes
    headers: dict[str, str]
    read: Callable[[bytes], list]
    path: str = "/invocations"

    def __post_init__(self) -> None:
        self._connect()

    def _connect(self) -> None:
        address = urlsplit(self.url)
        self._connection = HTTPConnection(address.hostname, address.port, timeout=120)

    def ask(self) -> bytes:
        """Ask once."""
        self._connection.request("POST", self.path, self.body, self.headers)
        answer = self._connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content[:300]
        return content

    def rate(self) -> float:
        """Ask for a while over one connection; returns questions a second."""
        self._connection.close()  # servers close those that were idle while others had their turn
        self._connect()
        begin, count = time.perf_counter(), 0
        while (passed := time.perf_counter() - begin) < SECONDS and count < MOST:
            self.ask()
            count += 1
        return count / passed


def main() -> None:
    """Measure and print the figures."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["OMP_NUM_THREADS"] = "1"
    with TemporaryDirectory() as folder, project() as studio:
        import joblib

        save(Path(studio.project), "linear")
        joblib.dump(linear()[0], Path(folder) / "model.joblib")
        endpoint = studio.deploy("linear", "bodies", trust=True)
        model = Path(studio.project) / "linear"
        with _peers.mlflow(model) as theirs, _peers.mlserver(Path(folder) / "model.joblib") as other:
            measure(sides(endpoint.url, endpoint.key, theirs, other))


def measure(asked: list[Side]) -> None:
    """Compare the answers, then the speed."""
    answers = {side.name: side.read(side.ask()) for side in asked}
    first = answers[asked[0].name]
    assert len(first) == ROWS
    for name, answer in answers.items():
        assert [bool(each) for each in answer] == [bool(each) for each in first], f"{name} answers otherwise"
    rounds = [{side.name: side.rate() for side in asked} for _ in range(ROUNDS)]
    for side in asked:
        rates = [each[side.name] for each in rounds]
        print(f"  {side.name}: {median(rates):.1f} requests/s, {1e3 / median(rates):.2f} ms, {len(side.body)} bytes")
    for name, ours, peer, goal in (
        ("arrow_to_mlflow_json", "ours, Arrow", "mlflow, JSON", 100),
        ("arrow_to_mlflow_parquet", "ours, Arrow", "mlflow, Parquet", 10),
        ("arrow_to_mlserver_json", "ours, Arrow", "MLServer, JSON", 20),
        ("json_to_mlflow", "ours, JSON", "mlflow, JSON", 10),
        ("json_to_best_peer", "ours, JSON", "MLServer, JSON", 1),
    ):
        figure(f"10k_rows_{name}", median(each[ours] / each[peer] for each in rounds), "x", goal, most=False)


def sides(url: str, key: str, mlflow: str, mlserver: str) -> list[Side]:
    """Make the bodies, of the same rows all of them."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    values = np.random.default_rng(7).normal(size=(ROWS, 20))
    frame = pd.DataFrame(values, columns=[f"column_{place}" for place in range(20)])
    table = pa.Table.from_pandas(frame, preserve_index=False)
    split = json.dumps({"dataframe_split": frame.to_dict(orient="split", index=False)}).encode()
    tensor = {"name": "input-0", "shape": [ROWS, 20], "datatype": "FP64"}
    flat = json.dumps({"inputs": [{**tensor, "data": values.ravel().tolist()}]}).encode()
    head = json.dumps({"inputs": [{**tensor, "parameters": {"binary_data_size": values.nbytes}}]}).encode()
    stream, file = io.BytesIO(), io.BytesIO()
    with pa.ipc.new_stream(stream, table.schema) as writer:
        writer.write_table(table)
    pq.write_table(table, file)
    ours, lengths = {"Authorization": f"Bearer {key}"}, {"Inference-Header-Content-Length": str(len(head))}
    binary = {**ours, **lengths, "Content-Type": "application/octet-stream"}
    infer = "/v2/models/bodies/infer"
    return [
        Side("ours, Arrow", url, stream.getvalue(), {**ours, "Content-Type": ARROW, "Accept": ARROW}, of_arrow),
        Side("ours, binary tensors", url, head + values.tobytes(), binary, of_tensors, infer),
        Side("ours, JSON", url, split, {**ours, "Content-Type": JSON}, of_json),
        Side("mlflow, JSON", mlflow, split, {"Content-Type": JSON}, of_json),
        Side("mlflow, Parquet", mlflow, file.getvalue(), {"Content-Type": PARQUET}, of_json),
        Side("MLServer, JSON", mlserver, flat, {"Content-Type": JSON}, of_tensors, "/v2/models/model/infer"),
    ]


def of_json(answer: bytes) -> list:
    """Return what MLflow's protocol answers."""
    return list(json.loads(answer)["predictions"])


def of_tensors(answer: bytes) -> list:
    """Return the first output of the Open Inference Protocol."""
    return list(json.loads(answer)["outputs"][0]["data"])


def of_arrow(answer: bytes) -> list:
    """Return the first column."""
    import pyarrow as pa

    return list(pa.ipc.open_stream(answer).read_all().column(0).to_pylist())


if __name__ == "__main__":
    main()
