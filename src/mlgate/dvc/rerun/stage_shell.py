"""The shell that DVC starts for each command of a stage: the user's own, with what it took written down.

It runs as a script by itself, without the rest of the project, and ends as the command ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time

SHELL = "MLGATE_STAGE_SHELL"
LOG = "MLGATE_STAGE_LOG"
_UNIT = 1 if sys.platform == "darwin" else 1024
_OPTIONS = {"bash": ["--noprofile", "--norc"], "zsh": ["--no-rcs"]}

# What follows asks the system for what Windows has not; no stage is run there.
assert sys.platform != "win32"


def main(arguments: list[str]) -> int:
    """Run a command by the user's shell, append its cost to the log, and return its exit code."""
    env = dict(os.environ)  # noqa: TID251 - a process of its own
    shell, log = env.pop(SHELL), env.pop(LOG)
    env["SHELL"] = shell
    began = time.monotonic()
    command = [shell, *_OPTIONS.get(os.path.basename(shell), []), *arguments]  # noqa: PTH119
    process = os.posix_spawnp(shell, command, env)
    _, status, usage = os.wait4(process, 0)
    code = os.waitstatus_to_exitcode(status)
    entry = {
        "code": code,
        "seconds": time.monotonic() - began,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss * _UNIT,
    }
    with open(log, "a", encoding="utf-8") as stream:  # noqa: PTH123
        stream.write(json.dumps(entry) + "\n")
    if code < 0:
        signal.signal(-code, signal.SIG_DFL) if -code not in (signal.SIGKILL, signal.SIGSTOP) else None
        os.kill(os.getpid(), -code)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
