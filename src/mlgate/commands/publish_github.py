"""What `mlgate publish` asks of GitHub for the report of its own run: a comment, an issue, a check run."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mlgate.errors import MlgateError
from mlgate.event import Event, read_event
from mlgate.publish.check_run import Commit, check_run
from mlgate.publish.github_client import GitHub
from mlgate.publish.issues import Open, Repository, keep_issue
from mlgate.publish.posting import (
    DEPENDABOT,
    Posted,
    Pull,
    When,
    connect,
    failed,
    post,
    repository,
    run_page,
    without_token,
)
from mlgate.report import Report
from mlgate.text import code


class Forge:
    """One report and one client, which is made when it is first needed; what goes wrong is told, never raised."""

    def __init__(self, report: Report, env: Mapping[str, str], page: str | None) -> None:
        """Keep what to publish, and the address at which people find all of it."""
        self._report = report
        self._env = env
        self._asked_page = page
        self._made: GitHub | None = None

    def comment(self, when: str) -> Posted:
        """Comment on the pull request of this run, or say why there is nothing to comment on."""
        return self._told("comment", lambda event: self._comment(event, When(when)))

    def issue(self, when: str) -> Posted:
        """Keep the issue of this report."""
        return self._told("issue", lambda event: self._issue(event, Open(when)))

    def check_run(self) -> Posted:
        """Make a check run on the commit that was judged."""
        return self._told("check run", self._check_run)

    def _told(self, what: str, make: Callable[[Event], Posted]) -> Posted:
        try:
            event = read_event(self._env)
            posted = make(event)
        except MlgateError as error:
            return Posted(said=failed(error, what), is_warning=True)
        foreign = event.is_fork or self._env.get("GITHUB_ACTOR") == DEPENDABOT
        return without_token(what) if posted.sample and foreign else posted

    def _comment(self, event: Event, when: When) -> Posted:
        if event.number is None:
            return Posted(said=f"no comment: this run is not of a pull request, but of {code(event.name)}")
        pull = Pull(repository=repository(self._env), number=event.number, page=self._page(event))
        return post(self._github(), self._report, pull, when)

    def _issue(self, event: Event, when: Open) -> Posted:
        if event.number is not None:
            return Posted(said="no issue: this run is of a pull request, which has its comment")
        at = Repository(name=repository(self._env), page=self._page(event))
        return keep_issue(self._github(), self._report, at, when)

    def _check_run(self, event: Event) -> Posted:
        commit = event.head_commit or self._env.get("GITHUB_SHA") or (self._report.head and self._report.head.commit)
        if not commit:
            return Posted(said="no check run: the commit of this run is not known", is_warning=True)
        at = Commit(repository=repository(self._env), commit=commit, page=self._page(event))
        return check_run(self._github(), self._report, at)

    def _page(self, event: Event) -> str | None:
        return self._asked_page or run_page(self._env, (event.run or "").partition(".")[0])

    def _github(self) -> GitHub:
        self._made = self._made or connect(self._env)
        return self._made
