"""Every practice that `mlgate doctor` looks at, in one table, in the order in which people see them."""

from __future__ import annotations

from mlgate.doctor import data, gate, machine, model
from mlgate.doctor.practice import Practice

DATA, MODEL, README, GATE, MACHINE = "Data", "Model", "README", "Gate", "This machine"

PRACTICES: tuple[Practice, ...] = (
    Practice(id="contracts", group=DATA, question="Has each dataset a contract?", ask=data.contracts),
    Practice(id="data-remote", group=DATA, question="Do data have versions that others can get?", ask=data.data_kept),
    Practice(id="lock", group=DATA, question="Has each pipeline left a `dvc.lock`?", ask=data.locked),
    Practice(id="metrics", group=MODEL, question="Are there metrics, each with a direction?", ask=model.metrics),
    Practice(
        id="predictions", group=MODEL, question="Can a verdict know a regression from noise?", ask=model.predictions
    ),
    Practice(id="seeds", group=MODEL, question="Is a seed set where numbers are drawn?", ask=model.seeds),
    Practice(id="environment", group=MODEL, question="Are the project's packages pinned?", ask=model.environment),
    Practice(id="tests", group=MODEL, question="Are there tests?", ask=model.tests),
    Practice(id="mlflow", group=MODEL, question="Does the tracking server answer?", ask=model.mlflow),
    Practice(
        id="readme-sections",
        group=README,
        question="Does the README tell of data, features, parameters and deployment?",
        ask=gate.readme_sections,
    ),
    Practice(id="config", group=GATE, question="Is there a config that can be read?", ask=gate.config),
    Practice(id="workflow", group=GATE, question="Does a workflow run the gate on pull requests?", ask=gate.workflow),
    Practice(
        id="workflow-trigger",
        group=GATE,
        question="Are secrets kept from the code of strangers?",
        ask=gate.workflow_trigger,
    ),
    Practice(
        id="workflow-history",
        group=GATE,
        question="Does the workflow check out the history?",
        ask=gate.workflow_history,
    ),
    Practice(id="branch-protection", group=GATE, question="Is the gate a required check?", ask=gate.branch_protection),
    Practice(id="hooks", group=GATE, question="Does pre-commit know mlgate's hooks?", ask=gate.hooks_listed),
    Practice(id="hooks-installed", group=MACHINE, question="Does this clone run them?", ask=gate.hooks_installed),
    Practice(id="history", group=MACHINE, question="Has the clone its history?", ask=gate.history),
    Practice(id="baseline", group=MACHINE, question="Is there something to compare with?", ask=gate.baseline),
    Practice(id="git", group=MACHINE, question="Is git young enough?", ask=machine.git),
    Practice(
        id="python",
        group=MACHINE,
        question="Which Python runs the project's tests and stages?",
        ask=machine.interpreter,
    ),
    Practice(id="ruff", group=MACHINE, question="Is ruff here, where `lint` needs it?", ask=machine.linter),
    Practice(id="pytest", group=MACHINE, question="Is pytest here, where `tests` needs it?", ask=machine.test_runner),
    Practice(
        id="data-packages",
        group=MACHINE,
        question="Are pandera and its like here, for `data`?",
        ask=machine.data_packages,
    ),
    Practice(
        id="statistics", group=MACHINE, question="Is scipy here, for predictions and `drift`?", ask=machine.statistics
    ),
    Practice(id="dvc", group=MACHINE, question="Is DVC here, where a pipeline needs it?", ask=machine.dvc),
    Practice(
        id="mlflow-client",
        group=MACHINE,
        question="Is MLflow here, where runs are compared?",
        ask=machine.mlflow_client,
    ),
)
