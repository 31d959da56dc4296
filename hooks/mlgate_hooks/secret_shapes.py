"""Secrets that are known by their shape: those of machine-learning services, and what is worth a closer look."""

from __future__ import annotations

import re

from mlgate_hooks.secret_keys import is_secret_key, is_secret_value

# Each as the service itself describes its keys. What all the world uses (AWS, GitHub, Slack...) the library knows.
_SERVICES: dict[str, str] = {
    "a Hugging Face token": r"\bhf_[A-Za-z]{30,40}\b|\bapi_org_[A-Za-z]{34}\b",
    "an OpenAI key": r"\bsk-(?:[a-z]+-)?[\w-]{20,}T3BlbkFJ[\w-]{20,}",
    "an Anthropic key": r"\bsk-ant-[a-z]+\d\d-[\w-]{60,}",
    "a Google API key": r"\bAIza[\w-]{35}(?![\w-])",
    "a Databricks token": r"\bdapi[0-9a-f]{32}\b",
    "a Replicate token": r"\br8_[A-Za-z0-9]{37}\b",
    "a Groq key": r"\bgsk_[A-Za-z0-9]{52}\b",
    "a Weights & Biases key": r"(?i:wandb)[\w.\"'\]]{0,20}\s*(?:[:=]|\(\s*(?:key\s*=)?)\s*[\"']?[0-9a-f]{40}\b",
    "a Neptune token": r"\beyJhcGlfYWRkcmVzcyI6[\w+/=-]{40,}",
    "a Kaggle key": r"\"username\"\s*:\s*\"[^\"]+\",\s*\"key\"\s*:\s*\"[0-9a-f]{32}\"",
    "a GitLab token": r"\bglpat-[\w-]{20,}",
    "a PyPI token": r"\bpypi-AgEIcHlwaS5vcmc[\w-]{50,}",
    "a bearer token": r"\b[Bb]earer\s+(?=[\w.~+/-]*\d)[\w.~+/-]{20,}",
    "a private key": r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----",
    "an access token in an address": r"[?&]sig=[\w%+/-]{43,}(?:%3D|=)?(?=[&\"'\s]|$)|[?&]X-Amz-Signature=[0-9a-f]{64}",
}
_SERVICE = re.compile("|".join(f"(?P<n{number}>{shape})" for number, shape in enumerate(_SERVICES.values())))

# How everything begins that the library's detectors know without a key's name before it.
_START = re.compile(
    r"""\b(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)[0-9A-Z]{16} | (?i:aws).*[0-9a-zA-Z/+]{40} | \bAP[\dA-F][a-zA-Z0-9]{8}
      | \bgh[a-z]_ | github_pat_ | \beyJ | npm_ | _authToken | (?i:npm[ _-]?token) | \bSG\. | xox[a-z]- | hooks\.slack
      | \b[rs]k_live_ | \b(?:AC|SK)[a-z0-9]{32} | [A-Za-z0-9+/]{86}== | [MNO][\w-]{23,25}\.[\w-]{6}\. | \bAKC[A-Za-z0-9]
    """,
    re.VERBOSE,
)
_ADDRESS = re.compile(r"://[^{}\s]+:([^{}\s]+)@")
_WORD = re.compile(r"pass|pwd|secret|token|key|contrase", re.IGNORECASE)
_SETTING = re.compile(
    r"([\w.-]*(?i:pass|pwd|secret|token|key|contrase)[\w.-]*)[\"'\]]{0,2}\s*[:=!>,(]+\s*@?[\"'`]?([^\s\"'`]+)"
)


def may_hold_secret(line: str) -> bool:
    """Return whether a line is worth a closer look, which costs a library's start: no line with a secret is let go."""
    if _SERVICE.search(line) or _START.search(line):
        return True
    if any(is_secret_value("password", password) for password in _ADDRESS.findall(line)):
        return True
    return bool(_WORD.search(line)) and any(
        is_secret_key(key) and is_secret_value(key, value.rstrip(",;}])")) for key, value in _SETTING.findall(line)
    )


def own_shapes(line: str) -> tuple[str, int] | None:
    """Return what a line holds and at which column, where the shape alone says so."""
    found = _SERVICE.search(line)
    if found is None or found.lastgroup is None:
        return None
    return list(_SERVICES)[int(found.lastgroup[1:])], found.start() + 1
