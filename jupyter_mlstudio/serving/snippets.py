"""A few lines of code that call an endpoint, to be copied."""

import json
from typing import Any

from jupyter_mlstudio.serving.types import Snippet

CURL = """curl {url} \\
  -H "Authorization: Bearer $(cat {key_file})" \\
  -H "Content-Type: application/json" \\
  -d {body}"""

STUDIO = """from jupyter_mlstudio import Studio

endpoint = Studio.open().endpoint({name!r})
endpoint.predict({rows}{model})"""

PYTHON = """import json
from pathlib import Path
from urllib.request import Request, urlopen

request = Request(
    {url!r},
    json.dumps({{"dataframe_records": {rows}}}).encode(),
    {{"Authorization": "Bearer " + Path({key_file!r}).read_text(), "Content-Type": "application/json"}},
)
json.load(urlopen(request))["predictions"]"""

JAVASCRIPT = """import {{ readFile }} from 'node:fs/promises';

const answer = await fetch({url}, {{
  method: 'POST',
  headers: {{
    Authorization: `Bearer ${{await readFile({key_file}, 'utf8')}}`,
    'Content-Type': 'application/json'
  }},
  body: JSON.stringify({{ dataframe_records: {rows} }})
}});
console.log((await answer.json()).predictions);"""


def snippets(name: str, url: str, key_file: str, rows: list[dict[str, Any]], model: str = "") -> list[Snippet]:
    """Write the snippets for an endpoint; they read the key from its file, so that it is not copied along."""
    address = f"{url}/models/{model}/invocations" if model else f"{url}/invocations"
    literal = _literal(rows)
    asked = f", model={model!r}" if model else ""
    python = PYTHON.format(url=address, key_file=key_file, rows=_indented(literal, 4))
    script = JAVASCRIPT.format(url=json.dumps(address), key_file=json.dumps(key_file), rows=_json(rows))
    return [
        Snippet(title="Studio", language="python", text=STUDIO.format(name=name, rows=literal, model=asked)),
        Snippet(title="Python", language="python", text=python),
        Snippet(title="curl", language="bash", text=CURL.format(url=address, key_file=key_file, body=_quoted(rows))),
        Snippet(title="JavaScript", language="javascript", text=script),
    ]


def _quoted(rows: list[dict[str, Any]]) -> str:
    body = json.dumps({"dataframe_records": rows}, ensure_ascii=False)
    return "'" + body.replace("'", "'\\''") + "'"


def _json(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows, ensure_ascii=False)


def _literal(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "[]"
    lines = [f"    {name!r}: {value!r}," for name, value in rows[0].items()]
    return "[{\n" + "\n".join(lines) + "\n}]"


def _indented(text: str, width: int) -> str:
    return text.replace("\n", "\n" + " " * width)
