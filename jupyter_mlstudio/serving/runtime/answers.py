"""From what a model answers to JSON, in the form that MLflow gives it."""

import base64
import json
import math
from datetime import date, datetime
from typing import Any


def plain(raw: Any) -> Any:
    """Turn an answer into plain data: an array into lists, a table into one object a row."""
    import numpy as np
    import pandas as pd

    if hasattr(raw, "toarray"):
        raw = raw.toarray()
    if isinstance(raw, np.ndarray):
        return raw.tolist()
    if isinstance(raw, pd.Series):
        raw = pd.DataFrame(raw)
    if isinstance(raw, pd.DataFrame):
        return raw.to_dict(orient="records")
    if hasattr(raw, "to_pandas"):
        return plain(raw.to_pandas())
    return raw


def to_json(content: Any) -> bytes:
    """Write JSON; a value that is not a number becomes null, since JSON has no word for it."""
    try:
        return json.dumps(content, default=_other, allow_nan=False, separators=(",", ":")).encode()
    except ValueError:
        return json.dumps(_without_nan(content), default=_other, separators=(",", ":")).encode()


def _other(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, date | datetime):
        return value.isoformat()
    if hasattr(value, "tolist"):
        return value.tolist()
    return str(value)


def _without_nan(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: _without_nan(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_without_nan(value) for value in content]
    return None if isinstance(content, float) and not math.isfinite(content) else content
