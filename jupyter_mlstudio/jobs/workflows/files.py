"""The workflow files of a project: found, read, checked and written."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from jupyter_mlstudio.core.errors import ConflictError, InvalidError
from jupyter_mlstudio.core.files import existing, inside, write_atomically
from jupyter_mlstudio.jobs.workflows.checking import checked
from jupyter_mlstudio.jobs.workflows.reading import load
from jupyter_mlstudio.jobs.workflows.types import (
    Problem,
    Workflow,
    WorkflowCheck,
    WorkflowFile,
    WorkflowFileSpec,
    WorkflowFormatted,
    WorkflowList,
    WorkflowSummary,
    WorkflowText,
)
from jupyter_mlstudio.jobs.workflows.writing import fresh, plain, rewritten

ENDING = ".workflow.yaml"
DEEPEST = 5
SKIPPED = frozenset({"node_modules", "__pycache__", "venv", "site-packages", "jobs"})


class Files:
    """Keeps workflows as files that people review and share."""

    def __init__(self, project: Path) -> None:
        self._project = project

    def all(self) -> WorkflowList:
        """List the workflow files by path."""
        return WorkflowList(items=[self._summary(path) for path in sorted(self._found(self._project, 0))])

    def read(self, path: str) -> WorkflowFile:
        """Read a workflow's file and say what is wrong with it.

        Raises:
            NotFoundError: There is no such file.
            InvalidError: It is outside the project, or no text.
        """
        try:
            text = existing(self._project, path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise InvalidError(f"path: {path!r} is no text in UTF-8, so it is no workflow.") from None
        return self._file(path, text)

    def write(self, spec: WorkflowFileSpec) -> WorkflowFile:
        """Write a workflow's file; given as an object, what did not change keeps its lines and comments.

        Raises:
            InvalidError: The path does not end in .workflow.yaml, or nothing is given to write.
            ConflictError: Somebody else has changed the file since it was read.
        """
        if not spec.path.endswith(ENDING):
            raise InvalidError(f"path: the file of a workflow ends in {ENDING}, which {spec.path!r} does not.")
        file = inside(self._project, spec.path)
        old = file.read_text(encoding="utf-8") if file.is_file() else ""
        if spec.digest is not None and spec.digest != _digest(old):
            raise ConflictError(
                f"{spec.path!r} has been changed by somebody else. Open it again, or write it under another name.",
                code="changed",
            )
        text = spec.text if spec.text is not None else self._text(spec.workflow, old)
        if text != old or not file.is_file():
            write_atomically(file, text)
        return self._file(spec.path, text)

    def check(self, spec: WorkflowText) -> WorkflowCheck:
        """Say what is wrong with a workflow that is not written yet."""
        inside(self._project, spec.path)
        text = spec.text if spec.text is not None else self._text(spec.workflow, "")
        return checked(self._project, spec.path, text)

    def format(self, spec: WorkflowText) -> WorkflowFormatted:
        """Return a text changed as little as possible so that it says what the workflow does."""
        if spec.workflow is None:
            raise InvalidError("workflow: nothing is given to write.")
        return WorkflowFormatted(text=self._text(spec.workflow, spec.text or ""))

    @staticmethod
    def _text(workflow: Workflow | None, old: str) -> str:
        if workflow is None:
            raise InvalidError("text: nothing is given. Give the text or the workflow.")
        return rewritten(old, workflow) if old else fresh(plain(workflow))

    def _file(self, path: str, text: str) -> WorkflowFile:
        found = checked(self._project, path, text)
        return WorkflowFile(path=path, text=text, digest=_digest(text), **dict(found))

    def _summary(self, path: Path) -> WorkflowSummary:
        relative = path.relative_to(self._project).as_posix()
        data = load(path.read_text(encoding="utf-8", errors="replace")).data
        fields = data if isinstance(data, dict) else {}
        nodes = fields.get("nodes")
        found = checked(self._project, relative, path.read_text(encoding="utf-8", errors="replace"))
        return WorkflowSummary(
            path=relative,
            title=str(fields.get("title") or path.name.removesuffix(ENDING)),
            nodes=len(nodes) if isinstance(nodes, list) else 0,
            problem=first_error(found.problems),
        )

    def _found(self, folder: Path, depth: int) -> Iterator[Path]:
        for path in folder.iterdir():
            if path.name.startswith(".") or path.name in SKIPPED:
                continue
            if path.is_dir() and not path.is_symlink() and depth < DEEPEST:
                yield from self._found(path, depth + 1)
            elif path.name.endswith(ENDING) and path.is_file():
                yield path


def first_error(problems: list[Problem]) -> str | None:
    """Return the first thing that keeps a workflow from running, with its line."""
    found = next((each for each in problems if each.severity == "error"), None)
    if found is None:
        return None
    return f"line {found.line}: {found.message}" if found.line else found.message


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
