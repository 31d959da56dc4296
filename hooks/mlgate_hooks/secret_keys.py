"""Whether the name of a setting promises a secret, and whether its value keeps that promise."""

from __future__ import annotations

import re

_SECRET = re.compile(
    r"pass(?:w|phrase|\b|_)|pwd|secret|token|contrase|(?:api|auth|access|account|client|service|db|database|priv|private"
    r"|signing|encryption|storage|recaptcha|nessus)[_.-]?\w{0,12}?key",
    re.IGNORECASE,
)
_PASSWORD = re.compile(r"pass|pwd|contrase", re.IGNORECASE)

# What people who train models call tokens are pieces of text; and a name may say where a secret is, not what it is.
_OF_TEXT = re.compile(
    r"tokeni[sz]|detoken|tokens|token_?(?:ids?|type|types|pattern|embed\w*|dropout|classif\w*|level|count|length|limit"
    r"|dim|size|budget|id|index|mask|merg\w*|shift\w*|model|vocab|regex|min_df|split\w*|strategy|weight\w*|dtype)"
    r"|(?:\b|_)(?:bos|eos|pad|padding|unk|sep|cls|mask|start|end|stop|special|image|audio|video|extra|new|add\w*|prefix"
    r"|suffix|boundary|decoder|begin|oov|user|system|next|text|char|word|sub\w*|first|last|max|min|num|n|per"
    r"|skip|separator|space|blank)_?tokens?\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"[_.-](?:arn|backend|class|count|days|enabled|endpoint|env|environment|expir\w*|file|filename|fields?|format|func"
    r"|hash|header|hours|ids?|key_?name|kind|length|len|location|manager|max|min|method|minutes|mount|names?|path|policy"
    r"|prefix|prompt|provider|ref|reference|refs|region|required|rotation|scope|seconds|size|source|store|suffix|ttl"
    r"|type|uri|url|var|variable|vault|version)$|(?:Env|Name|File|Path|Url|Ref|Id|Type|Provider)$|^(?:env|path)[_.-]",
)
_PASSING = re.compile(
    r"^pass$|pass(?:es|ed|ing|through)$|(?:low|high|band|single|forward|backward|first|second|last)_?pass$"
    r"|(?:by|com|encom|sur)pass(?:_\w+)?$",
    re.IGNORECASE,
)

_NOTHING = re.compile(
    r"(?:x+|\*+|\.+|-+|none|null|nil|true|false|yes|no|on|off|to-?do|tbd|n/?a|empty|unset|redacted|hidden|masked|default"
    r"|secret|password|passwd|pass|pwd|token|key|user|username|string|str|int|bool|optional|required|env|environment"
    r"|(?:your|my|the|some|any|a|an|insert|enter|put|add)[\W_].*|your.*|.*(?:change|replace)[\W_]?(?:me|this|it).*"
    r"|.*(?:dummy|fake|placeholder|example|sample|not[\W_]?real|xxxx).*|test(?:ing)?(?:[\W_]?(?:password|token|key|secret))?"
    # The well-known defaults of services on one's own machine.
    r"|admin|administrator|root|guest|postgres|postgresql|mysql|redis|minio|minioadmin|airflow|mlflow|grafana|jupyter"
    r"|jovyan|anonymous|public|local|localhost|dev|development|docker|rabbitmq|sqlserver|elastic|neo4j|prefect|dagster)",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[$%{<!&*@\[(|>].*|.*(?:\$\{|\{\{|%\(|<[a-z]).*|(?:env|ssm|vault|secret|secrets|op|file"
    r"|gcp|aws|azure|sops|os|config|self|settings|args|cfg|conf|keyring|getpass)[:.].*|arn:.*|projects/.*"
    r"|(?:[a-z]+:/)?(?:/|\./|\.\./|~/).*|(?:[\w.-]+/)+[\w-]+\.[a-z]{1,5}|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+"
    r"|[A-Za-z_][\w.]*[(\[].*",
    re.DOTALL,
)
_NUMBER = re.compile(r"[-+]?[\d_.,]+(?:[eE][-+]?\d+)?[a-z%]{0,3}")
_SLUG = re.compile(r"(?:[A-Za-z]+\d{0,3}|\d{1,4})(?:[-_](?:[A-Za-z]+\d{0,3}|\d{1,4}[A-Za-z]?))*")


def is_secret_key(name: str) -> bool:
    """Return whether a setting of this name would hold a secret."""
    if not _SECRET.search(name):
        return False
    return not (_OF_TEXT.search(name) or _ABOUT.search(name) or _PASSING.search(name))


def is_secret_value(key: str, value: str) -> bool:
    """Return whether a value is a secret, and not a blank, a reference to one, a number or a name."""
    if not value or any(sign.isspace() for sign in value):
        return False
    if any(kind.fullmatch(value) for kind in (_NOTHING, _REFERENCE, _NUMBER)):
        return False
    if _PASSWORD.search(key):
        return len(value) >= 6
    has_digit, has_letter = any(map(str.isdigit, value)), any(map(str.isalpha, value))
    is_mixed = not value.islower() and not value.isupper()
    random = (has_digit and has_letter and len(value) >= 8) or (is_mixed and len(value) >= 20)
    return random and not _SLUG.fullmatch(value)
