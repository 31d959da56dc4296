"""GitHub's API: its headers, and as whom a token writes there."""

from __future__ import annotations

import time
from collections.abc import Callable

from mlgate.publish.client import Client
from mlgate.publish.refusals import ApiError
from mlgate.publish.transport import Transport

API = "https://api.github.com"
VERSION = "2022-11-28"


class GitHub(Client):
    """GitHub, its own or an Enterprise's."""

    forge = "GitHub"
    token_variable = "GITHUB_TOKEN"  # noqa: S105 - a name
    address_variable = "GITHUB_API_URL"
    example = API

    def __init__(
        self,
        token: str,
        *,
        api: str = API,
        transport: Transport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Keep where and as whom to ask."""
        super().__init__(token, api=api, transport=transport, sleep=sleep)
        self._graphql = f"{self._api.removesuffix('/v3')}/graphql"

    def headers(self) -> dict[str, str]:
        """Return the headers that GitHub asks for."""
        return {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": VERSION}

    def authorization(self) -> tuple[str, str]:
        """Return the header that holds the token."""
        return "Authorization", f"Bearer {self._token}"

    def login(self) -> str:
        """Return the name under which this token writes; an app's ends in `[bot]`."""
        body = {"query": "query { viewer { login } }"}
        answer = self._patiently(lambda: self._send("POST", self._graphql, "the token's own name", body=body))[1]
        found = answer
        for key in ("data", "viewer", "login"):
            found = found.get(key) if isinstance(found, dict) else None
        if not isinstance(found, str):
            raise ApiError("GitHub did not say as whom the token writes", status=200)
        return found
