"""The sticky comment, against a fake that keeps to GitHub's own description: one comment, ours, the newest report."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from mlgate.publish.comment import Done
from mlgate.publish.github_client import GitHub
from mlgate.publish.posting import Posted, Pull, When, post
from mlgate.publish.transport import Transport
from mlgate.render import markdown
from mlgate.render.marker import prefix
from mlgate.report import Report, Status
from publish.fake_github import BOT, FakeGitHub, Fault, Said
from render.sample import friendly_report, report_of

QUICK = Transport(socket_seconds=1.0, answer_seconds=1.5)
# Eight at once on a busy machine need more than a test of silence does.
PATIENT = Transport()
NOT_FOUND = Said(404, {"message": "Not Found"})


class Waits(list[float]):
    """Seconds that were to be waited, kept instead."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


class Truly(Waits):
    """Seconds that are waited."""

    def __call__(self, seconds: float) -> None:
        time.sleep(seconds)


def at_once(one: Callable[[int], Posted]) -> list[Posted]:
    """Return what eight runs say that publish at the same moment, numbered from 2 to 9."""
    together = threading.Barrier(8)
    said: list[Posted] = []

    def publish(number: int) -> None:
        together.wait()
        said.append(one(number))

    threads = [threading.Thread(target=publish, args=(number,)) for number in range(2, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def run(
    forge: FakeGitHub,
    report: Report | None = None,
    when: When = When.ALWAYS,
    *,
    token: str = "token",
    waits: Waits | None = None,
    api: str | None = None,
    transport: Transport = QUICK,
) -> Posted:
    github = GitHub(token, api=api or forge.url, transport=transport, sleep=Waits() if waits is None else waits)
    return post(github, report or of_run(5), Pull(repository="o/r", number=7), when)


def of_run(number: int, attempt: int = 1) -> Report:
    return replace(friendly_report(), run=f"{number}.{attempt}")


def says(posted: Posted) -> str:
    return posted.said.rpartition(" is ")[2]


def calls(forge: FakeGitHub) -> list[str]:
    return [asked.method for asked in forge.asked]


# --- one comment, and the right one


def test_post__a_new_pull_request_gets_one_comment(forge: FakeGitHub) -> None:
    forge.say("Thank you!", "ana")
    assert says(run(forge)) == Done.CREATED
    (body,) = forge.bodies()
    assert body == markdown.render(of_run(5))
    assert calls(forge) == ["GET", "POST", "GET"]


def test_post__the_next_run_updates_it(forge: FakeGitHub) -> None:
    run(forge)
    first = forge.comments[0]["id"]
    assert says(run(forge, of_run(6))) == Done.UPDATED
    assert [one["id"] for one in forge.comments] == [first]
    assert "run=6.1" in forge.bodies()[0]


def test_post__another_key_has_another_comment(forge: FakeGitHub) -> None:
    run(forge)
    run(forge, replace(of_run(5), key="default2"))
    assert len(forge.bodies()) == 2


def test_post__an_older_run_that_ends_last_leaves_the_newer_report(forge: FakeGitHub) -> None:
    run(forge, of_run(9))
    assert says(run(forge, of_run(8, attempt=3))) == Done.KEPT
    assert "run=9.1" in forge.bodies()[0]


def test_post__a_later_attempt_of_the_same_run_is_newer(forge: FakeGitHub) -> None:
    run(forge, of_run(9))
    assert says(run(forge, of_run(9, attempt=2))) == Done.UPDATED


def test_post__a_forged_marker_of_another_author_is_left_alone(forge: FakeGitHub) -> None:
    forged = forge.say(f"mine\n{prefix('default')}run=999.1 head=x -->", "mallory")
    assert says(run(forge)) == Done.CREATED
    assert says(run(forge, of_run(6))) == Done.UPDATED
    assert forged["body"].startswith("mine")
    assert len(forge.bodies()) == 1


def test_post__a_quoted_marker_of_our_own_is_no_report(forge: FakeGitHub) -> None:
    forge.say(f"> {prefix('default')}run=999.1 head=x -->\n\nold words", BOT)
    assert says(run(forge)) == Done.CREATED


def test_post__another_identity_has_its_own_comment(forge: FakeGitHub) -> None:
    forge.logins["person"] = "ana"
    run(forge)
    assert says(run(forge, of_run(6), token="person")) == Done.CREATED
    assert "run=6.1" in forge.bodies("ana")[0]
    assert "run=5.1" in forge.bodies()[0]


def test_post__second_comments_of_our_own_go(forge: FakeGitHub) -> None:
    for number in (1, 2, 3):
        forge.say(markdown.render(of_run(number)))
    first = forge.comments[0]["id"]
    assert says(run(forge)) == Done.UPDATED
    assert [one["id"] for one in forge.comments] == [first]


def test_post__a_comment_deleted_between_list_and_update(forge: FakeGitHub) -> None:
    run(forge)
    forge.before = lambda asked: forge.comments.clear() if asked.method == "PATCH" else None
    assert says(run(forge, of_run(6))) == Done.CREATED
    assert len(forge.bodies()) == 1


def test_post__a_deleted_users_comment_does_not_disturb(forge: FakeGitHub) -> None:
    forge.say("gone")["user"] = None
    assert says(run(forge)) == Done.CREATED


def test_post__many_comments_in_at_most_sixteen_requests(forge: FakeGitHub) -> None:
    forge.say(markdown.render(of_run(1)))
    for number in range(1_233):
        forge.say(f"word {number}", "ana")["updated_at"] = "2026-01-01T00:00:00Z"
    assert says(run(forge)) == Done.UPDATED
    assert len(forge.asked) <= 16
    forge.asked.clear()
    forge.comments[0]["user"]["login"] = "mallory"
    assert says(run(forge)) == Done.CREATED
    assert len(forge.asked) <= 16


def test_post__more_comments_than_may_be_read(forge: FakeGitHub) -> None:
    for number in range(1_700):
        forge.say(f"word {number}", "ana")
    posted = run(forge)
    assert posted.is_warning
    assert "stopped after 16 requests" in posted.said


def test_post__eight_at_once_leave_one_comment_in_50_of_50_rounds(forge: FakeGitHub) -> None:
    for _ in range(50):
        forge.comments.clear()
        said = at_once(
            lambda number: run(forge, replace(report_of(Status.FAILED), run=f"{number}.1"), transport=PATIENT)
        )
        assert not [posted.said for posted in said if posted.is_warning]
        assert len(forge.bodies()) == 1
    assert forge.violations == []


def test_post__of_eight_updates_at_once_the_newest_report_stays(forge: FakeGitHub) -> None:
    run(forge, of_run(1))
    at_once(lambda number: run(forge, of_run(number), waits=Truly(), transport=PATIENT))
    assert ["run=9.1" in body for body in forge.bodies()] == [True]


# --- when there is something to say


QUIET = report_of(Status.PASSED)


@pytest.mark.parametrize(
    ("when", "report", "made"),
    [
        pytest.param(When.NEVER, friendly_report(), False, id="never"),
        pytest.param(When.ON_CHANGE, QUIET, False, id="on change, all green and nothing moved"),
        pytest.param(When.ON_FAILURE, QUIET, False, id="on failure, all green"),
        pytest.param(When.ON_FAILURE, report_of(Status.WARNED), False, id="on failure, a warning"),
        pytest.param(When.ALWAYS, QUIET, True, id="always, all green"),
        pytest.param(When.ON_CHANGE, report_of(Status.WARNED), True, id="on change, a warning"),
        pytest.param(When.ON_CHANGE, friendly_report(), True, id="on change, a failure"),
        pytest.param(When.ON_FAILURE, friendly_report(), True, id="on failure, a failure"),
        pytest.param(When.ON_FAILURE, report_of(Status.ERROR), True, id="on failure, a crash"),
    ],
)
def test_post__makes_a_comment_when(forge: FakeGitHub, when: When, report: Report, made: bool) -> None:
    assert not run(forge, report, when).is_warning
    assert len(forge.bodies()) == made


@pytest.mark.parametrize("when", [When.ON_CHANGE, When.ON_FAILURE])
def test_post__a_comment_that_is_there_turns_green(forge: FakeGitHub, when: When) -> None:
    run(forge)
    assert says(run(forge, replace(QUIET, run="6.1"), when)) == Done.UPDATED
    assert "passed" in forge.bodies()[0].splitlines()[0]


# --- what the API may do


def test_post__too_long_is_halved_once(forge: FakeGitHub) -> None:
    error = {"message": "Validation Failed", "errors": [{"code": "unprocessable", "message": "Body is too long"}]}
    forge.faults.append(Fault("POST", Said(422, error)))
    assert says(run(forge)) == Done.CREATED
    forge.comments.clear()
    forge.faults.append(Fault("POST", Said(422, error), times=2))
    posted = run(forge)
    assert posted.is_warning
    assert "Body is too long" in posted.said


def test_post__without_the_permission_prints_it(forge: FakeGitHub) -> None:
    forge.read_only.add("token")
    posted = run(forge)
    assert posted.is_warning
    assert "not accessible by integration" in posted.said
    assert posted.sample == "permissions:\n  contents: read\n  pull-requests: write\n"
    assert calls(forge) == ["GET", "POST"]


def test_post__a_locked_conversation(forge: FakeGitHub) -> None:
    forge.locked = True
    posted = run(forge)
    assert "unlock" in posted.said
    assert posted.sample == ""


@pytest.mark.parametrize("status", [400, 401, 404, 410, 451])
def test_post__a_refusal_is_told_at_once(forge: FakeGitHub, status: int) -> None:
    forge.faults.append(Fault("GET", Said(status, {"message": "Go away"})))
    posted = run(forge)
    assert posted.is_warning
    assert f"answered {status}" in posted.said
    assert "Go away" in posted.said
    assert len(forge.asked) == 1


def test_post__a_token_of_another_server(forge: FakeGitHub) -> None:
    assert "expired" in run(forge, token="stranger").said


@pytest.mark.parametrize(
    ("status", "headers", "waited"),
    [
        pytest.param(403, {"Retry-After": "3"}, [3.0], id="secondary limit"),
        pytest.param(429, {"Retry-After": "3"}, [3.0], id="too many requests"),
        pytest.param(429, {}, [60.0], id="no header"),
        pytest.param(403, {}, [60.0], id="secondary limit, no header"),
        pytest.param(403, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, [60.0], id="a date"),
        pytest.param(403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1000"}, [1.0], id="reset is past"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_post__a_limit_is_waited_out(
    forge: FakeGitHub, method: str, status: int, headers: dict[str, str], waited: list[float]
) -> None:
    forge.faults.append(Fault(method, Said(status, {"message": "You have exceeded a rate limit"}, headers)))
    waits = Waits()
    assert says(run(forge, waits=waits)) == Done.CREATED
    assert waits == waited
    assert len(forge.bodies()) == 1


def test_post__the_reset_is_measured_by_the_servers_clock(forge: FakeGitHub) -> None:
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1000000010", "Date": "Sun, 09 Sep 2001 01:46:40 GMT"}
    forge.faults.append(Fault("GET", Said(403, {"message": "API rate limit exceeded"}, headers)))
    waits = Waits()
    run(forge, waits=waits)
    assert waits == [11.0]


@pytest.mark.parametrize("headers", [{"Retry-After": "3600"}, {"Retry-After": "999999999999"}, {}])
def test_post__a_limit_for_longer_than_a_minute_ends_it(forge: FakeGitHub, headers: dict[str, str]) -> None:
    forge.faults.append(Fault("POST", Said(429, {"message": "slow down"}, headers), times=9))
    waits = Waits()
    posted = run(forge, waits=waits)
    assert posted.is_warning
    assert sum(waits) <= 60
    assert forge.bodies() == []


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Said(500, {"message": "oops"}), id="500"),
        pytest.param(
            Said(502, raw=b"<html>Bad Gateway</html>", headers={"Content-Type": "text/html"}), id="502 in HTML"
        ),
        pytest.param(Said(503, raw=b""), id="503, empty"),
        pytest.param(Said(201, raw=b'{"id": 1, "bo'), id="half of a JSON"),
        pytest.param(Said(201, raw=b"{}", headers={"Content-Length": "500"}), id="cut off"),
        pytest.param(None, id="reset"),
    ],
)
@pytest.mark.parametrize("applied", [pytest.param(True, id="applied"), pytest.param(False, id="not applied")])
def test_post__a_fault_that_passes(forge: FakeGitHub, method: str, fault: Said | None, applied: bool) -> None:
    if method == "PATCH":
        forge.say(markdown.render(of_run(1)))
    forge.faults.append(Fault(method, fault, applied=applied))
    waits = Waits()
    posted = run(forge, waits=waits)
    assert not posted.is_warning, posted.said
    assert forge.bodies() == [markdown.render(of_run(5))]
    assert waits == [1.0] * (2 if method == "PATCH" else 1)
    assert len(forge.asked) <= 12


def test_post__a_server_that_stays_down_ends_within_the_allowance(forge: FakeGitHub) -> None:
    forge.faults.append(Fault("POST", Said(502, {"message": "down"}), times=99))
    waits = Waits()
    posted = run(forge, waits=waits)
    assert "answered 502" in posted.said
    assert waits == [1.0, 2.0, 4.0]
    assert len(forge.asked) <= 12
    assert forge.bodies() == []


@pytest.mark.parametrize("applied", [True, False])
def test_post__a_hang_is_given_up(forge: FakeGitHub, applied: bool) -> None:
    forge.faults.append(Fault("POST", applied=applied, hangs=True))
    assert says(run(forge)) == Done.CREATED
    assert len(forge.bodies()) == 1


def test_post__a_login_page_instead_of_the_api(forge: FakeGitHub) -> None:
    page = Said(200, raw=b"<html>Please log in</html>", headers={"Content-Type": "text/html"})
    forge.faults.append(Fault("GET", page, times=9))
    posted = run(forge)
    assert "proxy or a login page" in posted.said
    assert "Please" not in posted.said
    assert len(forge.asked) == 1


@pytest.mark.parametrize("raw", [b"{}", b"null", b'"x"', b"[" * 100_000])
def test_post__json_that_is_no_list(forge: FakeGitHub, raw: bytes) -> None:
    forge.faults.append(Fault("GET", Said(200, raw=raw), times=9))
    assert run(forge).is_warning
    assert forge.bodies() == []


def test_post__a_list_with_more_than_comments(forge: FakeGitHub) -> None:
    forge.faults.append(Fault("GET", Said(200, [1, None, {"id": "x"}, {"id": 1, "user": {"login": 5}, "body": 1}])))
    assert says(run(forge)) == Done.CREATED


def test_post__nobody_listens() -> None:
    with FakeGitHub() as closed:
        pass
    posted = run(closed)
    assert posted.is_warning
    assert "no answer" in posted.said


# --- where the token may go


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_post__a_redirect_to_another_host_is_refused(
    forge: FakeGitHub, elsewhere: FakeGitHub, method: str, status: int
) -> None:
    forge.faults.append(Fault(method, Said(status, {}, {"Location": f"{elsewhere.url}/x"})))
    posted = run(forge)
    assert "another host" in posted.said
    assert elsewhere.asked == []


def test_post__a_redirect_on_the_same_host_is_followed(forge: FakeGitHub) -> None:
    forge.faults.append(Fault("POST", Said(307, {}, {"Location": "/repos/o/renamed/issues/7/comments"})))
    assert says(run(forge)) == Done.CREATED
    assert forge.asked[2].path == "/repos/o/renamed/issues/7/comments"
    assert forge.asked[2].method == "POST"


def test_post__redirects_in_a_circle_end(forge: FakeGitHub) -> None:
    forge.faults.append(Fault("GET", Said(301, {}, {"Location": "/repos/o/r/issues/7/comments"}), times=99))
    assert run(forge).is_warning
    assert len(forge.asked) <= 3


def test_post__a_next_page_on_another_host_is_refused(forge: FakeGitHub, elsewhere: FakeGitHub) -> None:
    link = f'<{elsewhere.url}/repos/o/r/issues/7/comments?page=2>; rel="next"'
    forge.faults.append(Fault("GET", Said(200, [], {"Link": link})))
    assert "another host" in run(forge).said
    assert elsewhere.asked == []
    assert forge.bodies() == []
