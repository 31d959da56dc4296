"""The lessons of the demo: pull requests, what each one changes, and what the gate must say of it."""

from __future__ import annotations

from msgspec import Struct

from mlgate.report import Verdict


class Edit(Struct, frozen=True):
    """One replacement in one file; `old` stands there exactly once."""

    path: str
    old: str
    new: str

    def apply(self, text: str) -> str:
        """Return the text with the replacement made; raises `ValueError` unless `old` stands there once."""
        if text.count(self.old) != 1:
            raise ValueError(f"{self.path}: {self.old!r} stands there {text.count(self.old)} times, not once")
        return text.replace(self.old, self.new)


class Lesson(Struct, frozen=True, kw_only=True):
    """One pull request: `blocked_by` names the checks that must fail, none when it must pass.

    `repro` says whether its author ran `dvc repro`, `by_hand` what they edited after it, and `readme` whether they ran
    `mlgate readme --fix` in the end.
    """

    name: str
    title: str
    lesson: str
    edits: tuple[Edit, ...]
    message: str
    blocked_by: tuple[str, ...] = ()
    repro: bool = True
    by_hand: tuple[Edit, ...] = ()
    readme: bool = True

    @property
    def branch(self) -> str:
        """Return the branch of the pull request."""
        return f"feature/{self.name}"

    @property
    def expected(self) -> Verdict:
        """Return the verdict that the gate must reach."""
        return "failed" if self.blocked_by else "passed"


LESSONS: tuple[Lesson, ...] = (
    Lesson(
        name="fine",
        title="More trees",
        lesson="Reproduced, documented, and no metric is worse than tolerated: nothing stands in its way.",
        edits=(
            Edit("params.yaml", "n_estimators: 100", "n_estimators: 300"),
            Edit(
                "README.md",
                "more trees steady the scores and cost only time.",
                "more trees steady the scores and cost only time; three hundred still train in a second.",
            ),
        ),
        message="Grow three hundred trees instead of one hundred",
    ),
    Lesson(
        name="hurts-recall",
        title="Fewer false alarms",
        lesson="Precision rises, so it looks good; but one malignant tumour in seven is now missed. That is no noise.",
        edits=(
            Edit("params.yaml", "threshold: 0.4", "threshold: 0.75"),
            Edit(
                "README.md",
                "Below one half, because a missed tumour costs more than a second look at a benign one.",
                "Well above one half, because doctors complained of false alarms.",
            ),
        ),
        message="Raise the threshold to get fewer false alarms",
        blocked_by=("metrics",),
    ),
    Lesson(
        name="widens-gate",
        title="A wider tolerance",
        lesson="It loses as much recall, and widens the tolerance to allow it: main's counts until that is merged.",
        edits=(
            Edit("params.yaml", "threshold: 0.4", "threshold: 0.75"),
            Edit("mlgate.yaml", "test.recall: {tolerance: 1pp}", "test.recall: {tolerance: 20pp}"),
            Edit(
                "README.md",
                "Below one half, because a missed tumour costs more than a second look at a benign one.",
                "Well above one half, because doctors complained of false alarms.",
            ),
        ),
        message="Raise the threshold, and allow recall to fall by twenty points",
        blocked_by=("metrics",),
    ),
    Lesson(
        name="only-noise",
        title="Another seed",
        lesson="Two more tumours of 106 are missed. A plain rule of one point would block; the gate knows it is noise.",
        edits=(Edit("params.yaml", "random_state: 0", "random_state: 3"),),
        message="Train with another seed",
    ),
    Lesson(
        name="breaks-contract",
        title="Zeros become -1",
        lesson="No prediction changes and no metric moves, for trees only ask what is smaller. The contract sees it.",
        edits=(
            Edit(
                "src/prepare.py",
                '    samples.insert(0, "sample_id"',
                '    samples["mean_concavity"] = samples["mean_concavity"].replace(0, -1)  # not measured\n'
                '    samples.insert(0, "sample_id"',
            ),
        ),
        message="Mark concavities that were not measured",
        blocked_by=("data",),
    ),
    Lesson(
        name="leaks-rows",
        title="More rows to learn from",
        lesson="Half of the test rows are learned by heart now. Every metric rises, and only the data check objects.",
        edits=(
            Edit(
                "src/prepare.py",
                '    write(train, "data/train.csv")',
                '    train = pd.concat([train, test[::2]])  # the more, the better\n    write(train, "data/train.csv")',
            ),
        ),
        message="Learn from more rows",
        blocked_by=("data",),
    ),
    Lesson(
        name="drifts",
        title="Another microscope",
        lesson="Textures are a third higher. The contract holds and the forest follows; drift asks if that is meant.",
        edits=(
            Edit(
                "src/prepare.py",
                '    samples.insert(0, "sample_id"',
                '    samples[[name for name in samples if "texture" in name]] *= 4 / 3  # the new microscope\n'
                '    samples.insert(0, "sample_id"',
            ),
        ),
        message="Take the textures of the new microscope",
        blocked_by=("drift",),
    ),
    Lesson(
        name="forgot-repro",
        title="Forgot dvc repro",
        lesson="The parameters say one thing, the model and the metrics come from another: dvc.lock gives it away.",
        edits=(Edit("params.yaml", "min_samples_leaf: 2", "min_samples_leaf: 1"),),
        message="Let leaves hold a single tumour",
        blocked_by=("repro",),
        repro=False,
    ),
    Lesson(
        name="edited-metrics",
        title="One digit by hand",
        lesson="Recall reads better by one tumour, in metrics.json and README. Predictions and dvc.lock know better.",
        edits=(),
        by_hand=(Edit("metrics.json", '"recall": 0.981132', '"recall": 0.990566'),),
        message="Bring the metrics up to date",
        blocked_by=("metrics", "repro"),
    ),
    Lesson(
        name="unseeded",
        title="A thousand trees, no seed",
        lesson="Run again, the model has other bytes. So many trees agree all the same: within tolerance, it passes.",
        edits=(
            Edit("params.yaml", "n_estimators: 100", "n_estimators: 1000"),
            Edit("params.yaml", "random_state: 0", "random_state: null"),
            Edit("mlgate.yaml", "\nreadme:\n", "\nrepro:\n  rerun: [train]\n\nreadme:\n"),
            Edit(
                "README.md",
                "more trees steady the scores and cost only time.",
                "a thousand, so that it does not matter which random numbers grew them.",
            ),
            Edit(
                "README.md",
                "`random_state`: any. Eight other seeds",
                "`random_state`: none. With a hundred trees, seeds",
            ),
            Edit("README.md", "Everything is seeded: the", "All but the training is seeded: the"),
        ),
        message="Train without a seed, and run the training again in the gate",
    ),
    Lesson(
        name="stale-readme",
        title="Forgot the README",
        lesson="Reproduced, and the metrics hold; but the README still tells people of the old model.",
        edits=(Edit("params.yaml", "max_features: 0.3", "max_features: 0.5"),),
        message="Try half of the features for each split",
        blocked_by=("readme",),
        readme=False,
    ),
    Lesson(
        name="fixed-readme",
        title="The README, too",
        lesson="The same change after `mlgate readme --fix`, which redraws its tables: model and README agree again.",
        edits=(Edit("params.yaml", "max_features: 0.3", "max_features: 0.5"),),
        message="Try half of the features for each split, and say so",
    ),
)
