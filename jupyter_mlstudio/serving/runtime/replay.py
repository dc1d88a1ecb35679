"""A request that comes from no connection: what it was sent with is written down again, and its answer is kept."""

import asyncio
from collections.abc import Mapping

from jupyter_mlstudio.serving.runtime.http.exchange import Exchange, Header, Response
from jupyter_mlstudio.serving.runtime.http.stream import Stream

PATIENCE = 30.0


class Replay:
    """Stands in for a connection: takes the answer of one request."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.answered: asyncio.Future[Response] = self.loop.create_future()
        self.gone = False
        self._pieces: list[bytes] = []
        self._begun = Response(b"")

    def answer(self, exchange: Exchange, response: Response) -> None:
        """Keep a whole answer."""
        exchange.status = response.status
        if not self.answered.done():
            self.answered.set_result(response)

    def deliver(self, exchange: Exchange, beginning: bytes, kind: bytes, body: bytes) -> None:
        """Keep an ordinary answer."""
        self.answer(exchange, Response(body, 200, kind))

    def stream(self, exchange: Exchange, status: int, kind: bytes, headers: tuple[Header, ...]) -> Stream:
        """Begin to keep an answer that comes in pieces."""
        exchange.status, self._begun = status, Response(b"", status, kind, headers)
        return Stream(self, exchange, PATIENCE)

    def wait_for_room(self, seconds: float) -> bool:
        """There is always room."""
        return not self.answered.done()

    def send_piece(self, exchange: Exchange, piece: bytes) -> None:
        """Keep a piece."""
        self._pieces.append(piece)

    def end_pieces(self, exchange: Exchange, *, whole: bool) -> None:
        """Put the pieces together; an answer that broke off says so itself, in its last piece."""
        begun = self._begun
        self.answer(exchange, Response(b"".join(self._pieces), begun.status, begun.kind, begun.headers))


def written_head(path: str, headers: Mapping[str, str], length: int) -> bytes:
    """Write the head of a request."""
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\n{fields}content-length: {length}\r\n\r\n".encode("latin-1")
