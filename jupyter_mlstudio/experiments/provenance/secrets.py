"""Finds what nobody wants to have kept: keys, tokens and passwords, in what cells show and scripts are given."""

import os
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

SECRET = "[secret]"
"""What stands in place of a secret."""

SHORTEST = 6
"""Characters of a variable's value from which on it is sought in outputs: shorter ones are words."""

NAMED = re.compile(
    r"pass(?:word|wd|phrase)|(?:^|[_-])(?:pwd|pat|pin)(?:$|[_-])|secret|token|credential|api[_-]?key|apikey|(?:^|[_-])auth"
    r"|(?:access|private|account|encryption|signing|license|subscription)[_-]?key|(?:^|[_-])key$|(?:^|[_-])dsn$|connection[_-]?string|cookie",
    re.IGNORECASE,
)
"""Names of things that are secret."""

_COLOUR = r"(?:\x1b\[[0-9;]*m)*"  # in the tracebacks of IPython a name and its value have colours
_QUOTE = r"(?:&quot;|&#39;|&#34;|\\?[\"'])?"
_BETWEEN = rf"{_COLOUR}{_QUOTE}{_COLOUR}\s*{_COLOUR}(?:=>|[=:])\s*{_COLOUR}{_QUOTE}{_COLOUR}"
_VALUE = r"(?P<secret>[^\s\"'&<>,;)\]}\x1b\\]"

PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE if flag else 0)
    for flag, pattern in (
        (
            0,
            r"(?P<secret>-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?s:.*?)"
            r"(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\Z))",
        ),
        (1, r"\b[a-z][a-z0-9+.-]*://[^\s/@:\"'<>]*:(?P<secret>[^\s/@\"'<>]+)@"),
        (1, r"\bhttps?://(?P<secret>[^\s/@:\"'<>]{16,})@"),
        (0, r"\b(?P<secret>(?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA)[A-Z0-9]{16})\b"),
        (0, r"\b(?P<secret>gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})"),
        (0, r"\b(?P<secret>gl(?:pat|dt|rt|cbt|ptt|soat|ft)-[\w-]{16,})"),
        (0, r"(?P<secret>xox[abeoprs]-[\w-]{10,}|xapp-[\w-]{10,})"),
        (1, r"hooks\.slack\.com/(?:services|workflows)/(?P<secret>[\w/-]{20,})"),
        (0, r"\b(?P<secret>sk-(?:[a-z]+-)*[A-Za-z0-9_-]{20,})"),
        (0, r"\b(?P<secret>(?:sk|rk|pk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,})\b"),
        (0, r"\b(?P<secret>hf_[A-Za-z0-9]{20,}|api_org_[A-Za-z0-9]{20,}|r8_[A-Za-z0-9]{20,}|gsk_[A-Za-z0-9]{20,})\b"),
        (0, r"\b(?P<secret>AIza[0-9A-Za-z_-]{30,}|ya29\.[\w.-]{20,}|GOCSPX-[\w-]{20,})"),
        (0, r"\b(?P<secret>npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}|dop_v1_[a-f0-9]{60,}|dapi[a-f0-9]{32})\b"),
        (0, r"\b(?P<secret>SG\.[\w-]{16,}\.[\w-]{16,}|(?:SK|AC)[0-9a-f]{32})\b"),
        (0, r"\b(?P<secret>eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?)"),
        (1, rf"\b(?:AccountKey|SharedAccessKey|SharedSecret)\s*=\s*{_VALUE}{{8,}})"),
        (1, r"[?&](?:[\w.-]*(?:token|key|signature|password|secret)|sig|auth|pwd)=(?P<secret>[^\s&\"'<>#]{4,})"),
        (1, r"\b(?:Bearer|Basic|Digest|Token)\s+(?P<secret>[A-Za-z0-9+/_.~=-]{12,})"),
        (1, rf"(?:pass(?:word|wd|phrase)|(?<![a-z])pwd){_BETWEEN}{_VALUE}{{3,}})"),
        (
            1,
            r"(?:secret|api[_ -]?key|(?:access|private|account|signing|encryption|secret|subscription)[_ -]?key"
            rf"|credentials?|cookie){_BETWEEN}{_VALUE}{{6,}})",
        ),
        (1, rf"token{_BETWEEN}(?=[^\s\"']*\d)(?=[^\s\"']*[a-z]){_VALUE}{{8,}})"),
    )
)
"""What secrets look like; each names the part that is taken out."""


def redacted(text: str, values: Iterable[str] = ()) -> str:
    """Return a text without its secrets: what looks like one, and the values that are known to be some."""
    for value in values:
        text = text.replace(value, SECRET)
    for pattern in PATTERNS:
        text = pattern.sub(_without, text)
    return text


def secret_values(variables: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return the values of environment variables whose names say that they are secret, the longest first."""
    given = os.environ if variables is None else variables
    found = {value for name, value in given.items() if NAMED.search(name) and len(value) >= SHORTEST}
    return tuple(sorted((value for value in found if not _is_plain(value)), key=len, reverse=True))


def redacted_arguments(arguments: Iterable[str]) -> list[str]:
    """Return a command's arguments without secrets: `--password x` as well as `--token=x`."""
    kept: list[str] = []
    follows = False
    for argument in arguments:
        name, equals, _ = argument.partition("=")
        secret = name.startswith("-") and is_secret_name(name.lstrip("-"))
        kept.append(SECRET if follows else f"{name}={SECRET}" if secret and equals else redacted(argument))
        follows = secret and not equals
    return kept


@lru_cache(maxsize=1000)
def is_secret_name(name: str) -> bool:
    """Tell whether what is called so is a secret."""
    return NAMED.search(name) is not None


def is_secret_file(path: str) -> bool:
    """Tell whether a file is one that holds secrets, by its name."""
    name = path.rpartition("/")[2].lower()
    return (
        name.startswith(
            (".env", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".netrc", ".pypirc", ".npmrc", ".pgpass")
        )
        or name.endswith((".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".env"))
        or name.partition(".")[0] in ("credentials", "secrets", "secret")
    )


def _without(found: re.Match[str]) -> str:
    begin, end = found.span("secret")
    whole = found.group()
    return whole[: begin - found.start()] + SECRET + whole[end - found.start() :]


def _is_plain(value: str) -> bool:
    """Tell whether a value is one that outputs are full of, such as a path or `true`."""
    return value.lower() in ("true", "false", "enabled", "disabled") or value.startswith(("/", "./", "~"))
