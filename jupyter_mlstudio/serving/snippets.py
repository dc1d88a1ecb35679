"""A few lines of code that call an endpoint, to be copied."""

import json
from typing import Any

from jupyter_mlstudio.serving.types import Snippet

CURL = """curl {url}/invocations \\
  -H "Authorization: Bearer $(cat {key_file})" \\
  -H "Content-Type: application/json" \\
  -d {body}"""

STUDIO = """from jupyter_mlstudio import Studio

endpoint = Studio.open().endpoint({name!r})
endpoint.predict({rows})"""

PYTHON = """import json
from pathlib import Path
from urllib.request import Request, urlopen

request = Request(
    {url!r},
    json.dumps({{"dataframe_records": {rows}}}).encode(),
    {{"Authorization": "Bearer " + Path({key_file!r}).read_text(), "Content-Type": "application/json"}},
)
json.load(urlopen(request))["predictions"]"""


def snippets(name: str, url: str, key_file: str, rows: list[dict[str, Any]]) -> list[Snippet]:
    """Write the snippets for an endpoint; they read the key from its file, so that it is not copied along."""
    body = json.dumps({"dataframe_records": rows}, ensure_ascii=False)
    quoted = "'" + body.replace("'", "'\\''") + "'"
    literal = _literal(rows)
    return [
        Snippet(
            title="Python, with the studio",
            language="python",
            text=STUDIO.format(name=name, rows=_indented(literal, 0)),
        ),
        Snippet(
            title="Python, anywhere on this machine",
            language="python",
            text=PYTHON.format(url=f"{url}/invocations", key_file=key_file, rows=_indented(literal, 4)),
        ),
        Snippet(title="curl", language="bash", text=CURL.format(url=url, key_file=key_file, body=quoted)),
    ]


def _literal(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "[]"
    lines = [f"    {name!r}: {value!r}," for name, value in rows[0].items()]
    return "[{\n" + "\n".join(lines) + "\n}]"


def _indented(text: str, width: int) -> str:
    return text.replace("\n", "\n" + " " * width)
