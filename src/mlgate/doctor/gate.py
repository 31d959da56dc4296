"""Practices about the gate itself: config, workflow, hooks, the branch's protection, the README's sections."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mlgate.baseline import resolve_baseline
from mlgate.doctor.practice import Answer, Facts, fine, missing, not_needed, unknown
from mlgate.event import read_event
from mlgate.readme.page import read_page
from mlgate.readme.sections import find_sections
from mlgate.scaffold.hooks import FILE, has_mlgate
from mlgate.scaffold.running import running_workflows
from mlgate.scaffold.sections import find_titles
from mlgate.text import amount, code, codes, plain

_STAGES = ("pre-commit", "pre-push")


def config(facts: Facts) -> Answer:
    """Ask whether there is a config, and it can be read."""
    if facts.config_error is not None:
        lines = plain(str(facts.config_error)).splitlines()
        return missing(f"it cannot be read: {code(lines[0])}", "see all that is wrong with `mlgate run`")
    source = facts.context.config.source
    if source is None:
        return missing("no config: every check runs with its defaults", "run `mlgate init config`")
    return fine(f"{code(source)} is valid")


def workflow(facts: Facts) -> Answer:
    """Ask whether a workflow runs the gate on pull requests."""
    gitlab = facts.context.root / ".gitlab-ci.yml"
    if gitlab.is_file() and "mlgate" in gitlab.read_text(encoding="utf-8", errors="replace"):
        return fine("`.gitlab-ci.yml` runs the gate")
    gates = list(running_workflows(facts.context.root))
    if not gates:
        return missing("no workflow runs the gate", "run `mlgate init workflow`, or see `docs/github.md`")
    asked = [gate.path for gate in gates if {"pull_request", "merge_group"} & gate.events]
    if not asked:
        says = f"{codes([gate.path for gate in gates], 3)} runs the gate, and not on pull requests"
        return missing(says, "add `pull_request:` to its `on:`")
    return fine(f"{codes(asked, 3)} runs on pull requests")


def workflow_trigger(facts: Facts) -> Answer:
    """Ask whether no workflow runs the gate under `pull_request_target`, with secrets beside foreign code."""
    gates = list(running_workflows(facts.context.root))
    if not gates:
        return not_needed("no workflow runs the gate")
    unsafe = [gate.path for gate in gates if "pull_request_target" in gate.events]
    if unsafe:
        says = f"{codes(unsafe, 3)} runs on `pull_request_target`, with your secrets beside a stranger's code"
        return missing(says, "use `pull_request:`, and `mlgate-comment.yml` for the comment on those of forks")
    return fine("none runs on `pull_request_target`")


def workflow_history(facts: Facts) -> Answer:
    """Ask whether the workflows check out the history, in which the baseline is found."""
    found = {gate.path: list(filter(_is_checkout, gate.steps)) for gate in running_workflows(facts.context.root)}
    gates = {path: steps for path, steps in found.items() if steps}
    if not gates:
        return not_needed("no workflow that checks out runs the gate")
    shallow = [path for path, steps in gates.items() if not any(map(_is_deep, steps))]
    if shallow:
        says = f"{codes(shallow, 3)} checks out one commit alone"
        return missing(says, "add `with: {fetch-depth: 0}` to the checkout")
    return fine("the checkout brings the history")


def branch_protection(facts: Facts) -> Answer:
    """Say that only the forge knows whether the gate's check is required."""
    said = facts.context.git.ask("remote", "get-url", "origin")
    if not said:
        return not_needed("no remote: nothing is merged elsewhere")
    step = "in Settings, Rules, Rulesets, import `workflows/ruleset.json` of mlgate, or require the check `gate`"
    return unknown("whether the gate is a required check is known to the forge alone", step)


def hooks_listed(facts: Facts) -> Answer:
    """Ask whether pre-commit is told of mlgate's hooks."""
    place = facts.context.root / FILE
    if not place.is_file():
        return missing(f"no {code(FILE)}", "run `mlgate init hooks`")
    if not has_mlgate(place.read_text(encoding="utf-8", errors="replace")):
        return missing(f"{code(FILE)} has no hook of mlgate", "run `mlgate init hooks`")
    return fine(f"{code(FILE)} lists them")


def hooks_installed(facts: Facts) -> Answer:
    """Ask whether this clone runs the hooks."""
    if not (facts.context.root / FILE).is_file():
        return not_needed(f"no {code(FILE)}")
    if facts.context.env.get("CI"):
        return not_needed("nobody commits on a runner")
    said = facts.context.git.run("rev-parse", "--git-path", "hooks").decode("utf-8", "surrogateescape").strip()
    folder = facts.context.root / said
    absent = [stage for stage in _STAGES if not _is_of_pre_commit(folder / stage)]
    if absent:
        types = " ".join(f"--hook-type {stage}" for stage in absent)
        return missing(
            f"not installed in this clone: {', '.join(absent)}", f"run {code('pre-commit install ' + types)}"
        )
    return fine("they run at commits and pushes")


def readme_sections(facts: Facts) -> Answer:
    """Ask whether the README tells of data, features, parameters and deployment."""
    pages = facts.found.pages
    if not pages and facts.found.has_readme:
        return unknown("the README is not Markdown, which alone is read", "write it as `README.md`")
    titles = find_titles(facts.context, facts.found)
    read = [read_page(path, facts.context.head_files.read(path) or b"") for path in pages]
    here = {section.name for section in find_sections(read, titles)} if read else set()
    absent = [title for name, title in titles.items() if name not in here]
    if absent:
        return missing(f"sections that are missing: {codes(absent)}", "run `mlgate init readme`, and fill them in")
    return fine(f"{amount(len(titles), 'section')} are there; `mlgate run readme` says whether they are current")


def history(facts: Facts) -> Answer:
    """Ask whether the clone has its history."""
    if facts.context.git.shallow:
        step = "run `git fetch --unshallow --filter=blob:none`"
        return missing("a shallow clone: the baseline, and when a file last changed, may be unknown", step)
    return fine("the clone has its history")


def baseline(facts: Facts) -> Answer:
    """Ask whether there is something to compare with."""
    git, branch = facts.context.git, facts.context.config.baseline.branch
    if git.commit("HEAD") is None:
        return missing("the repository has no commit yet", "commit something")
    event = read_event({name: value for name, value in facts.context.env.items() if not name.startswith("GITHUB_")})
    compared = resolve_baseline(git, event, branch=branch)
    if compared.baseline is None:
        return missing(
            "; ".join(compared.notices), "set `baseline: {branch: NAME}`, or run `git remote set-head origin --auto`"
        )
    return fine(f"{compared.baseline.reason}, {code(compared.baseline.revision.short)}")


def _is_checkout(step: dict[str, Any]) -> bool:
    return str(step.get("uses", "")).startswith("actions/checkout")


def _is_deep(step: dict[str, Any]) -> bool:
    given = step.get("with")
    return isinstance(given, dict) and str(given.get("fetch-depth", 1)) == "0"


def _is_of_pre_commit(path: Path) -> bool:
    return path.is_file() and "pre-commit" in path.read_text(encoding="utf-8", errors="replace")
