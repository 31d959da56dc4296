"""The few errors that a user can cause, each with an exit code and a way out."""

from __future__ import annotations

from mlgate.text import printable


class ExitCode:
    """What the exit code of every command means."""

    PASSED = 0
    FAILED = 1
    USAGE = 2
    NOTHING_CHECKED = 3
    CRASHED = 4
    INTERRUPTED = 130


class MlgateError(Exception):
    """An expected error: one line for people (`message`), where (`where`), and what to do (`hint`)."""

    exit_code = ExitCode.USAGE

    def __init__(self, message: str, *, hint: str | None = None, where: str | None = None) -> None:
        """Keep the parts; `where` is `file:line:column` as far as it is known."""
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    def __str__(self) -> str:
        """Return the whole error in the inline form of `mlgate.text`."""
        place = f"{printable(self.where)}: " if self.where else ""
        return place + self.message + (f"\n  hint: {self.hint}" if self.hint else "")


class UsageError(MlgateError):
    """The command line asks for something that cannot be done."""


class GitError(MlgateError):
    """The repository or a revision is not what the command needs."""


class ToolMissingError(MlgateError):
    """A program or package that a check needs is not installed."""

    exit_code = ExitCode.CRASHED


class ToolFailedError(MlgateError):
    """A program ran and gave no answer; `log` is the end of what it said, for people on the machine."""

    exit_code = ExitCode.CRASHED

    def __init__(self, message: str, *, hint: str | None = None, log: str | None = None) -> None:
        """Keep the log beside what every error has."""
        super().__init__(message, hint=hint)
        self.log = log


class TimeLimitError(MlgateError):
    """A child process ran longer than its limit and was killed."""

    exit_code = ExitCode.CRASHED


class InterruptedRunError(MlgateError):
    """The run was cancelled by a signal."""

    exit_code = ExitCode.INTERRUPTED


def first_line(error: BaseException) -> str:
    """Return the kind of an exception and the first line of its message, even where it cannot be printed."""
    import traceback

    return traceback.format_exception_only(error)[-1].strip().splitlines()[0]
