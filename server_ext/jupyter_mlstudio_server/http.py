"""What every route shares: who may call, how a call is decoded and answered, and which error is which status."""

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple, cast, get_type_hints

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.extension.handler import ExtensionHandlerMixin
from pydantic import BaseModel
from tornado.web import authenticated

from jupyter_mlstudio.core.errors import ConflictError, EngineError, InvalidError, NotFoundError, StudioError
from jupyter_mlstudio.core.validation import convert, dump, parse

if TYPE_CHECKING:
    from jupyter_mlstudio.studio import Studio
    from jupyter_mlstudio_server.consoles import Consoles

STATUS: dict[type[BaseException], int] = {InvalidError: 400, NotFoundError: 404, ConflictError: 409, EngineError: 502}


class Content(NamedTuple):
    """An answer that is not JSON: bytes and their media type, and a name if it is to be saved as a file."""

    body: bytes
    media_type: str
    filename: str | None = None


class Contract(NamedTuple):
    """What a verb takes and answers, read from its annotations; `openapi.py` writes it down."""

    status: int
    body: type[BaseModel] | None
    path: tuple[str, ...]
    query: dict[str, inspect.Parameter]
    answer: Any


class StudioHandler(ExtensionHandlerMixin, APIHandler):
    """Base of every route."""

    auth_resource = "mlstudio"

    @property
    def studio(self) -> "Studio":
        """The project's Studio in this process: reads, and writes that need no engine."""
        return cast("Studio", self.settings["mlstudio"])

    @property
    def engine(self) -> "Studio":
        """The same Studio in the engine process, for the calls that need MLflow; the first one waits for its start."""
        return cast("Studio", self.settings["mlstudio_engine"])

    @property
    def consoles(self) -> "Consoles":
        """What lets the server reach the kernels of jobs."""
        return cast("Consoles", self.settings["mlstudio_consoles"])

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Answer with the status of the error's kind."""
        error = kwargs.get("exc_info", (None, None))[1]
        super().send_error(STATUS.get(type(error), status_code), **kwargs)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write the studio's errors as message and reason; leave others to Jupyter."""
        error = kwargs.get("exc_info", (None, None))[1]
        if isinstance(error, StudioError):
            self.set_header("Content-Type", "application/json")
            self.finish(json.dumps({"message": str(error), "reason": error.code}))
        else:
            super().write_error(status_code, **kwargs)

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log what the user is told anyway as one line; anything else with its traceback."""
        if isinstance(value, StudioError):
            self.log.info("%s: %s", type(value).__name__, value)
        else:
            super().log_exception(typ, value, tb)


def operation(*, status: int = 200) -> Callable[[Callable[..., Any]], Callable[..., Awaitable[None]]]:
    """Make a verb of a plain method: its annotations say what it takes and answers.

    A pydantic parameter is the body, a parameter named in the route comes from the path, any other from the query.
    The call runs in a worker thread, after authentication and authorisation.
    """

    def decorate(verb: Callable[..., Any]) -> Callable[..., Awaitable[None]]:
        contracts: list[Contract] = []

        @wraps(verb)
        async def call(handler: StudioHandler, **path: str) -> None:
            if not contracts:
                contracts.append(contract_of(verb, status))
            contract = contracts[0]
            arguments = _arguments(verb, contract, handler, path)
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(None, lambda: verb(handler, **arguments))
            _answer(handler, contract, answer)

        guarded = authenticated(authorized(call))
        guarded.contract = lambda: contract_of(verb, status)  # type: ignore[attr-defined]
        return cast(Callable[..., Awaitable[None]], guarded)

    return decorate


def contract_of(verb: Callable[..., Any], status: int) -> Contract:
    """Read the contract of a verb; a parameter without default that is no body comes from the path."""
    hints = get_type_hints(verb)
    body: type[BaseModel] | None = None
    path: list[str] = []
    query: dict[str, inspect.Parameter] = {}
    for name, parameter in list(inspect.signature(verb).parameters.items())[1:]:
        hint = hints[name]
        if isinstance(hint, type) and issubclass(hint, BaseModel):
            body = hint
        elif parameter.default is inspect.Parameter.empty:
            path.append(name)
        else:
            query[name] = parameter.replace(annotation=hint)
    return Contract(status, body, tuple(path), query, hints["return"])


def _arguments(
    verb: Callable[..., Any], contract: Contract, handler: StudioHandler, path: dict[str, str]
) -> dict[str, Any]:
    hints = get_type_hints(verb)
    arguments: dict[str, Any] = {name: convert(hints[name], path[name], name) for name in contract.path}
    for name, parameter in contract.query.items():
        given = handler.get_query_argument(name, None)
        if given is not None:
            arguments[name] = convert(parameter.annotation, given, name)
    if contract.body is not None:
        name = next(name for name, hint in hints.items() if hint is contract.body)
        arguments[name] = parse(contract.body, handler.request.body or b"{}")
    return arguments


def _answer(handler: StudioHandler, contract: Contract, answer: Any) -> None:
    handler.set_status(contract.status)
    if isinstance(answer, Content):
        handler.set_header("X-Content-Type-Options", "nosniff")
        handler.set_header("Content-Security-Policy", "sandbox; default-src 'none'")  # also if opened by itself
        if answer.filename is not None:
            handler.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{_quoted(answer.filename)}")
        handler.finish(answer.body, set_content_type=answer.media_type)
    elif answer is None:
        handler.set_status(204)
        handler.finish()
    else:
        handler.finish(dump(contract.answer, answer), set_content_type="application/json")


def _quoted(name: str) -> str:
    from urllib.parse import quote

    return quote(name)
