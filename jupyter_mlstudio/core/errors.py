"""What can go wrong, as the user should hear of it."""


class StudioError(Exception):
    """Base of all errors that the studio raises on purpose; its text is a sentence for the user that says what to do.

    `code` is a stable word for programs, in snake case. The kinds below are not subclassed further: a case
    that a program must tell apart passes its own `code`.
    """

    code = "studio_error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class InvalidError(StudioError):
    """What was asked for makes no sense as it stands; the message names the field and the fix."""

    code = "invalid"


class NotFoundError(StudioError):
    """What was named does not exist, or no longer."""

    code = "not_found"


class ConflictError(StudioError):
    """What was asked for is fine, but not in the present state."""

    code = "conflict"


class EngineError(StudioError):
    """An engine underneath (MLflow, papermill, Polars, a model) failed."""

    code = "engine_failed"


KINDS: tuple[type[StudioError], ...] = (InvalidError, NotFoundError, ConflictError, EngineError)


def error_from(kind: str, message: str, code: str) -> StudioError:
    """Make the error of a kind again that was described in another process."""
    known = {error.__name__: error for error in KINDS}
    return known.get(kind, EngineError)(message, code=code)
