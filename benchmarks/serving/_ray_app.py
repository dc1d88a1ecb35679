"""Serves every model of a folder with Ray Serve, once request by request and once in batches, as its users write it."""

import sys
import time
from pathlib import Path

import joblib
import pandas as pd
import ray
from ray import serve

LIGHT = {"num_cpus": 0.1}


@serve.deployment(ray_actor_options=LIGHT, max_ongoing_requests=100)
class One:
    """One request, one prediction."""

    def __init__(self, file: str) -> None:
        self.model = joblib.load(file)

    async def __call__(self, request):
        split = (await request.json())["dataframe_split"]
        return {"predictions": self.model.predict(pd.DataFrame(split["data"], columns=split["columns"])).tolist()}


@serve.deployment(ray_actor_options=LIGHT, max_ongoing_requests=100)
class Many:
    """What comes within two milliseconds is one prediction."""

    def __init__(self, file: str) -> None:
        self.model = joblib.load(file)

    @serve.batch(max_batch_size=64, batch_wait_timeout_s=0.002)
    async def predict(self, frames):
        output = self.model.predict(pd.concat(frames, ignore_index=True)).tolist()
        parts, begin = [], 0
        for frame in frames:
            parts.append(output[begin : begin + len(frame)])
            begin += len(frame)
        return parts

    async def __call__(self, request):
        split = (await request.json())["dataframe_split"]
        return {"predictions": await self.predict(pd.DataFrame(split["data"], columns=split["columns"]))}


if __name__ == "__main__":
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    serve.start(http_options={"host": "127.0.0.1", "port": port})
    for file in sorted(folder.glob("*.joblib")):
        for kind, path in ((One, f"/{file.stem}"), (Many, f"/{file.stem}-batch")):
            serve.run(kind.bind(str(file)), name=path[1:], route_prefix=path)
    (folder / "ray-ready").touch()
    while True:
        time.sleep(60)
