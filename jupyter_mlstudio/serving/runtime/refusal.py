"""What a caller is told when a request cannot be answered."""

from typing import Any

ERROR_CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHENTICATED",
    404: "RESOURCE_DOES_NOT_EXIST",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL_ERROR",
    503: "TEMPORARILY_UNAVAILABLE",
    504: "TEMPORARILY_UNAVAILABLE",
}


class RefusedError(Exception):
    """A request that is not answered with predictions: the status, a word for programs, and a sentence for people.

    `details` say where to look: the column, the row, what was expected.
    """

    def __init__(self, reason: str, message: str, *, status: int = 400, **details: Any) -> None:
        super().__init__(message)
        self.reason, self.status, self.details = reason, status, details

    @property
    def body(self) -> dict[str, Any]:
        """The answer as plain data; `error_code` is there for clients written for MLflow."""
        code = ERROR_CODES.get(self.status, "BAD_REQUEST")
        return {"message": str(self), "reason": self.reason, "error_code": code, **self.details}
