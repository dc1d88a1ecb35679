"""Batch transform, as a part of `Serving`."""

from collections.abc import Callable, Sequence
from typing import Any

from jupyter_mlstudio.serving.batch.service import Transforms
from jupyter_mlstudio.serving.batch.types import TransformColumns, TransformProgress, TransformResult


class TransformVerbs:
    """Sends whole tables through models."""

    transforms: Transforms

    def transform(
        self,
        source: Any,
        *,
        model: Any = None,
        endpoint: str | None = None,
        output: str = "",
        carry: Sequence[str] = (),
        method: str | None = None,
        tell: Callable[[TransformProgress], None] | None = None,
        **more: Any,
    ) -> TransformResult:
        """Send every row of a table through a model, and return when the answers are written.

        Asked for again after it was interrupted, it goes on where it was.

        Args:
            source: Path of a file, of a folder of files or of a database, or a DataFrame.
            model: A version of a registered model or its address ("models:/name/3", "models:/name@champion"), a run or
                its id, or the path of a model folder.
            endpoint: Name of an endpoint, instead of a model: the model that answers there now.
            output: Path of what is written; its ending says how. A Parquet file beside the rows if not given.
            carry: Columns that are written beside the answers, such as an id; ["*"] for all.
            method: Such as "predict_proba"; the model's own if not given.
            tell: Told a few times a second how far it is; without it, a line is printed now and then.
            **more: Further fields of `TransformSpec`: table, column, workers, most_errors, trust.

        Raises:
            InvalidError: The rows do not fit the model, or it may not be loaded without `trust`.
            NotFoundError: There are no such rows, or there is no such model.
            EngineError: The model answers nothing, or too many rows have no answer.
        """
        asked = {"endpoint": endpoint, "output": str(output), "carry": list(carry), "method": method, **more}
        return self.transforms.ask(source, model, asked, tell)

    def transform_columns(self, path: str, table: str = "") -> TransformColumns:
        """Return the columns of what could be transformed."""
        return self.transforms.columns(path, table or None)
