"""Serves every model of a folder with LitServe, once request by request and once in batches, as its users write it."""

import sys
from pathlib import Path

import joblib
import litserve
import pandas as pd


class One(litserve.LitAPI):
    """One request, one prediction."""

    def __init__(self, file: Path, **options) -> None:
        super().__init__(**options)
        self.file = file

    def setup(self, device):
        self.model = joblib.load(self.file)

    def decode_request(self, request):
        split = request["dataframe_split"]
        return pd.DataFrame(split["data"], columns=split["columns"])

    def predict(self, frame):
        return self.model.predict(frame)

    def encode_response(self, output):
        return {"predictions": output.tolist()}


class Many(One):
    """What comes within two milliseconds is one prediction."""

    def batch(self, frames):
        self.sizes = [len(frame) for frame in frames]
        return pd.concat(frames, ignore_index=True)

    def unbatch(self, output):
        parts, begin = [], 0
        for size in self.sizes:
            parts.append(output[begin : begin + size])
            begin += size
        return parts


if __name__ == "__main__":
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    served = [One(file, api_path=f"/{file.stem}") for file in sorted(folder.glob("*.joblib"))]
    batched = {"max_batch_size": 64, "batch_timeout": 0.002}
    served += [Many(file, api_path=f"/{file.stem}-batch", **batched) for file in sorted(folder.glob("*.joblib"))]
    server = litserve.LitServer(served, accelerator="cpu", workers_per_device=1, timeout=60)
    server.run(host="127.0.0.1", port=port, generate_client_file=False, log_level="error")
