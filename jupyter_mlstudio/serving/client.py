"""An endpoint as a notebook holds it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from jupyter_mlstudio.core.errors import InvalidError
from jupyter_mlstudio.serving import calls
from jupyter_mlstudio.serving.service import Serving
from jupyter_mlstudio.serving.types import Endpoint, EndpointState, EndpointStats

Rows = Any
"""A DataFrame of pandas or Polars, one row as a mapping, or several as a list of mappings."""


class EndpointClient:
    """Asks an endpoint for predictions, and says how it is."""

    def __init__(self, serving: Serving, id: str) -> None:
        self._serving, self.id = serving, id

    @property
    def now(self) -> Endpoint:
        """How the endpoint is at this moment."""
        return self._serving.endpoint(self.id)

    @property
    def name(self) -> str:
        """The endpoint's name."""
        return self.now.name

    @property
    def state(self) -> EndpointState:
        """Whether it is starting, ready, failed or stopped."""
        return self.now.state

    @property
    def url(self) -> str:
        """The endpoint's own address."""
        return self._serving.address(self.id)[0]

    @property
    def key(self) -> str:
        """The key that callers of the endpoint's own address must send."""
        return self._serving.key(self.id).key

    def predict(self, rows: Rows, method: str | None = None) -> list[Any]:
        """Predict rows over HTTP, one answer a row.

        Args:
            rows: A DataFrame, or one or more rows as mappings from column to value.
            method: Such as "predict_proba"; the model's default if not given.

        Raises:
            InvalidError: The endpoint refused the rows; the message names the column and what was expected.
            ConflictError: It is not ready, or too busy.
            EngineError: The model failed.
        """
        url, key = self._serving.address(self.id)
        params = {"params": {"predict_method": method}} if method else {}
        answer = calls.post(f"{url}/invocations", key, {**_body(rows), **params})
        predictions: list[Any] = answer["predictions"]
        return predictions

    def stats(self) -> EndpointStats:
        """Return how the endpoint has been doing."""
        return self._serving.stats(self.id)

    def log(self, lines: int = 200) -> str:
        """Return the end of what the endpoint's processes printed."""
        return "\n".join(self._serving.log(self.id, lines).lines)

    def start(self) -> "EndpointClient":
        """Start it again and wait until it answers."""
        self._serving.start(self.id)
        return self.wait()

    def stop(self) -> None:
        """Stop it; requests under way are finished."""
        self._serving.stop(self.id)

    def wait(self, seconds: float = 120) -> "EndpointClient":
        """Wait until it answers.

        Raises:
            EngineError: It cannot; the message says why.
        """
        self._serving.wait(self.id, seconds)
        return self

    def __repr__(self) -> str:
        now = self.now
        label = f" with {now.deployment.label}" if now.deployment else ""
        return f"<Endpoint {now.name!r}: {now.state.value}{label}{f' at {now.url}' if now.url else ''}>"


def _body(rows: Rows) -> dict[str, Any]:
    if hasattr(rows, "to_json"):
        return {"dataframe_split": _split(rows)}
    if hasattr(rows, "to_dicts"):
        return {"dataframe_records": json.loads(json.dumps(rows.to_dicts(), default=str))}
    if isinstance(rows, Mapping):
        return {"dataframe_records": [dict(rows)]}
    if isinstance(rows, Sequence) and all(isinstance(row, Mapping) for row in rows):
        return {"dataframe_records": [dict(row) for row in rows]}
    raise InvalidError("rows: give a DataFrame, one mapping from column to value, or a list of mappings.")


def _split(frame: Any) -> dict[str, Any]:
    content = json.loads(frame.to_json(orient="split", date_format="iso", double_precision=15))
    return {"columns": [str(name) for name in content["columns"]], "data": content["data"]}
