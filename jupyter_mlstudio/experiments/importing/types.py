"""The nouns of imports: runs that another tool has written become runs of the store."""

from typing import Literal

from pydantic import Field

from jupyter_mlstudio.core.types import Struct

Kind = Literal["tensorboard", "wandb"]
"""What wrote the runs: anything that writes TensorBoard's event files, or Weights & Biases."""


class ImportSpec(Struct):
    """What to import, and into which experiment."""

    path: str = Field(description="A folder or file, from the project folder.")
    experiment: str | None = Field(
        default=None,
        min_length=1,
        max_length=250,
        description="Name of the experiment; that of the project in W&B, or of the folder, if not given.",
    )


class FoundRun(Struct):
    """A run that can be imported."""

    name: str
    source: str = Field(description="Where it was found, from the folder that was looked at.")
    size: int = Field(description="Bytes of its files.")


class Importable(Struct):
    """What there is to import in a place."""

    kind: Kind
    items: list[FoundRun] = Field(description="The runs, in alphabetical order.")
    experiment: str = Field(description="The experiment that they get into unless another is named.")


class ImportedRun(Struct):
    """What became of a run."""

    run_id: str
    name: str
    source: str
    state: Literal["new", "extended", "unchanged"] = Field(description="Whether it was there before, and has grown.")
    points: int = Field(description="Values of metrics that were written; 0 if nothing was new.")
    params: int
    files: int
    left_out: list[str] = Field(description="What could not be taken over, as sentences.")


class RunImport(Struct):
    """How an import went, or how far it is."""

    id: str = Field(description="To ask how far it is.")
    state: Literal["running", "succeeded", "stopped", "failed"]
    experiment: str
    total: int = Field(description="Runs that were found.")
    items: list[ImportedRun] = Field(description="The runs that are done.")
    left_out: list[str] = Field(description="Runs that could not be read, as sentences.")
    error: str | None = Field(description="Why it failed; null if it did not.")

    def _repr_html_(self) -> str:
        from html import escape

        rows = "".join(
            f"<tr><td>{escape(run.name)}</td><td>{run.state}</td><td>{run.points:,}</td>"
            f"<td>{escape(' '.join(run.left_out))}</td></tr>"
            for run in self.items
        )
        notes = "".join(f"<p>{escape(text)}</p>" for text in [*self.left_out, *([self.error] if self.error else [])])
        head = "<tr><th>run</th><th></th><th>points</th><th>left out</th></tr>"
        told = f"{len(self.items)} of {self.total} runs in {escape(self.experiment)}"
        return f"<p>{told}</p><table>{head}{rows}</table>{notes}"
