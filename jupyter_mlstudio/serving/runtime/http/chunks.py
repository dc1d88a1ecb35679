"""Takes a body out of its chunks, strictly."""

from jupyter_mlstudio.serving.runtime.http.head import BadRequestError

LONGEST_LINE = 1024
LONGEST_NUMBER = 16
MOST_TRAILERS = 32
HEX = frozenset(b"0123456789abcdefABCDEF")


class Chunks:
    """Reads the chunks of one body as they come; `rest` is what followed it, once it is complete."""

    def __init__(self) -> None:
        self.complete = False
        self.rest = b""
        self._held = b""
        self._left = 0
        self._trailers = -1
        self._between = False

    def feed(self, received: bytes) -> bytes:
        """Take in what was received; return what of the body is in it.

        Raises:
            BadRequestError: These are no chunks.
        """
        view, parts, at = self._held + received, [], 0
        while not self.complete:
            if self._left:
                part = view[at : at + self._left]
                parts.append(part)
                at += len(part)
                self._left -= len(part)
                if self._left:
                    break
                self._between = True
            end = view.find(b"\r\n", at, at + LONGEST_LINE)
            if end < 0:
                if len(view) - at >= LONGEST_LINE:
                    raise BadRequestError("A line of a chunk is too long")
                break
            self._line(view[at:end])
            at = end + 2
        self._held, self.rest = (b"", view[at:]) if self.complete else (view[at:], b"")
        return b"".join(parts)

    def _line(self, line: bytes) -> None:
        if self._between:
            if line:
                raise BadRequestError("A chunk is longer than it says")
            self._between = False
        elif self._trailers >= 0:
            self._trailers += 1
            self.complete = not line
            if self._trailers > MOST_TRAILERS:
                raise BadRequestError("There are too many trailers")
        else:
            size = line.partition(b";")[0].rstrip(b" \t")
            if not size or len(size) > LONGEST_NUMBER or not HEX.issuperset(size):
                raise BadRequestError("The length of a chunk cannot be read")
            self._left = int(size, 16)
            if self._left == 0:
                self._trailers = 0
