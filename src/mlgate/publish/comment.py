"""The sticky comment: one for each key on a pull request, found again by marker and author, with the newest report.

Several runs may publish at once, and an answer may be lost after the change was made. So a new comment is followed by
a second look: the oldest comment of our own stays and takes the newest report, later ones of our own go.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct

from mlgate.publish.client import Client
from mlgate.publish.refusals import ApiError, LimitError
from mlgate.publish.thread import Comment, Place, run_of
from mlgate.publish.transport import NoAnswerError

LIMIT = 60_000


class Done(StrEnum):
    """What became of the comment."""

    CREATED = "created"
    UPDATED = "updated"
    KEPT = "kept, for it holds the report of a newer run"
    NOT_NEEDED = "not made, for there is nothing that a person should see"


class Body(Struct, frozen=True, kw_only=True):
    """A report as a comment of at most so many characters; the last line of what `render` returns is the marker."""

    render: Callable[[int], str]

    def written(self, write: Callable[[str], Comment | None]) -> Comment | None:
        """Write the comment, and once more at half the length where the forge finds it too long."""
        try:
            return write(self.render(LIMIT))
        except ApiError as error:
            if error.status != 422:
                raise
        return write(self.render(LIMIT // 2))


def put(client: Client, thread: Place, body: Body, *, new: bool) -> Done:
    """Bring the comment up to date; one that is not there yet is made only with `new`."""
    marked = thread.marked()
    mine = _by(client.login(), marked) if marked else []
    while mine:
        done = _updated(thread, mine, body)
        if done:
            return done
        mine = mine[1:]
    return _created(client, thread, body) if new else Done.NOT_NEEDED


def _updated(thread: Place, mine: list[Comment], body: Body) -> Done | None:
    """Update the oldest comment and remove the others; return None where it was deleted meanwhile."""
    now = thread.get(mine[0])
    if now is None:
        return None
    kept = is_newer(now.body, body.render(LIMIT))
    if not kept:
        edited = body.written(lambda text: thread.edit(now, text))
        if edited is None:
            return None
        _defend(thread, edited)
    for other in mine[1:]:
        thread.remove(other)
    return Done.KEPT if kept else Done.UPDATED


def _defend(thread: Place, edited: Comment) -> None:
    """Look a moment later whether an older run wrote at the same time and had the last word; then write again.

    The API knows no edit on condition. Every run looks a second after each of its own writes, and one that sees a newer
    report stops, so the newest has the last word.
    """
    while thread.may_look():
        thread.rest()
        now = thread.get(edited)
        if now is None or not is_newer(edited.body, now.body):
            return
        thread.edit(edited, edited.body)


def _created(client: Client, thread: Place, body: Body) -> Done:
    made = body.written(lambda text: _added(client, thread, text))
    if made is None:
        raise AssertionError("a comment that was added is there")
    mine = {comment.id: comment for comment in (*_by(made.author, thread.marked()), made)}
    return _settled(thread, [mine[number] for number in sorted(mine)], made)


def _settled(thread: Place, mine: list[Comment], made: Comment) -> Done:
    """Keep the oldest of several comments, with the text of the newest run among them."""
    newest = made
    for other in mine:
        if is_newer(other.body, newest.body):
            newest = other
    for place, oldest in enumerate(mine):
        if _holds(thread, oldest, newest):
            for other in mine[place + 1 :]:
                thread.remove(other)
            return Done.CREATED if oldest.id == made.id else Done.UPDATED
    return Done.CREATED


def _holds(thread: Place, oldest: Comment, newest: Comment) -> bool:
    """Return whether a comment is there, after giving it the newest text where it has an older one."""
    if oldest.id == newest.id:
        return True
    now = thread.get(oldest)
    if now is None or is_newer(now.body, newest.body):
        return now is not None
    edited = thread.edit(now, newest.body)
    if edited:
        _defend(thread, edited)
    return edited is not None


def _added(client: Client, thread: Place, text: str) -> Comment:
    """Add the comment; after an answer that leaves open whether it was added, look before adding it again."""
    attempt = 0
    while True:
        try:
            return thread.add(text)
        except (ApiError, NoAnswerError) as error:
            client.pause(error, attempt)
            if not isinstance(error, LimitError) and (found := _same(client, thread, text)):
                return found
        attempt += 1


def _same(client: Client, thread: Place, text: str) -> Comment | None:
    marked = [comment for comment in thread.marked() if run_of(comment.body) == run_of(text)]
    return next(iter(_by(client.login(), marked)), None) if marked else None


def _by(author: str, comments: list[Comment]) -> list[Comment]:
    return [comment for comment in comments if comment.author == author]


def is_newer(one: str, other: str) -> bool:
    """Return whether a text holds the report of a later run than another."""
    first, second = run_of(one), run_of(other)
    return first is not None and second is not None and first > second
