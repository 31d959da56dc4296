"""What did not change is not read again."""

from __future__ import annotations

from pathlib import Path

from datasets import sales
from repositories import Repository

CONFIG = "datasets: {train: {path: train.csv, key: id}, test: {path: test.csv, key: id}}\n"


def test_unchanged_data__is_not_read_again(repo: Repository, mlgate_child, tmp_path: Path) -> None:
    test = sales(100, 2)
    train = sales(200, 1)
    train.loc[:4] = test.loc[:4]
    repo.commit({"mlgate.yaml": CONFIG, "train.csv": train.to_csv(index=False), "test.csv": test.to_csv(index=False)})
    first = mlgate_child("run", "data", cwd=repo.path)
    # Whoever reads data imports polars: from now on that fails.
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "polars.py").write_text("raise RuntimeError('data was read')\n", encoding="utf-8")
    again = mlgate_child("run", "data", cwd=repo.path, PYTHONPATH=str(tmp_path / "away"))
    assert "5 of 100 rows (5.0 %) of test stand in train too" in " ".join(first.out.split())
    assert (again.code, again.out) == (first.code, first.out)
    repo.write({"test.csv": sales(100, 3).to_csv(index=False)})
    changed = mlgate_child("run", "data", cwd=repo.path, PYTHONPATH=str(tmp_path / "away"))
    assert "data was read" in changed.text
