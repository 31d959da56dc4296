"""Opens the files of a task: how text is written, what their folders say, and the rows that pandera must see."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from mlgate.data.engine import Engine
from mlgate.data.folder_columns import require_agreement
from mlgate.data.folders import Folders, folders_of
from mlgate.data.formats import format_of
from mlgate.data.loading import Contract
from mlgate.data.messages import Apart, Scope, Stage, Task
from mlgate.data.reading import Table, column_names, read_table
from mlgate.data.rules import stated_dtypes, uniqueness
from mlgate.data.scanning import ApartError, count_rows
from mlgate.data.telling import Telling
from mlgate.data.text_file import TextFile, look_over
from mlgate.data.text_scan import count_text_rows


class TaskFiles:
    """The files of a task; `texts` is how they are written, once they were looked at and where they are text."""

    def __init__(self, task: Task, contract: Contract, engine: Engine, telling: Telling) -> None:
        """Begin with no file looked at."""
        self.texts: list[TextFile] = []
        self._task = task
        self._contract = contract
        self._schema = contract.schema
        self._engine = engine
        self._telling = telling

    @property
    def text(self) -> TextFile | None:
        """Return how the first file is written, where it is text."""
        return self.texts[0] if self.texts else None

    def look(self, files: Sequence[str]) -> None:
        """Look at files before they are queried, unless that is done; raises `ApartError` where only some are text."""
        if not self.texts:
            looked = [column_names(file, self._task.separator, even=False) for file in files]
            self.texts = [text for text, _ in looked if text is not None]
            for file, (text, names) in zip(files, looked, strict=True):
                self.require_agreement(file, text, names)
        if len(self.texts) not in (0, len(files)):
            raise ApartError(Apart.TEXT)

    def look_for_plan(self) -> list[TextFile]:
        """Return how the files that are text are written, without a look at more than a plan hangs on."""
        formed = [(file, format_of(file)) for file in self._task.files]
        return [
            look_over(file, form, self._task.separator, even=False) for file, form in formed if form and form.is_text
        ]

    def folders_of(self, files: Sequence[str]) -> list[Folders]:
        """Return the columns that the folders of files say; of all files together only what is to be unique there."""
        found = [folders_of(file, self._task.top) for file in files]
        if self._task.scope is not Scope.TOGETHER or not any(found):
            return found
        names = list(dict.fromkeys(name for one in found for name, _ in one))
        asked = {
            name
            for rule in uniqueness(self._schema, self._engine, self._engine.nothing(names))
            for name in rule.columns
        }
        return [tuple(pair for pair in one if pair[0] in asked) for one in found]

    def require_agreement(self, file: str, text: TextFile | None, names: Collection[str]) -> None:
        """Raise where a column of a file, whose `names` are given, holds something else than a folder of that name."""
        for name, value in folders_of(file, self._task.top) if self._task.scope is not Scope.TOGETHER else ():
            if name in names:
                if text is not None:
                    column_names(file, self._task.separator)
                held = read_table(file, "polars", text, {}, [name])
                require_agreement(held.frame.get_column(name), name, value)

    def counted(self, place: int) -> Table:
        """Return how many rows a file has that the query was asked about, to find them in it again."""
        file = self._task.files[place]
        if not self.texts:
            return Table(None, count_rows(file), (), None)
        return Table(None, count_text_rows(self.texts[place]), (), self.texts[place])

    def names(self, place: int) -> tuple[str, ...]:
        """Return the columns of a file, and then those that its folders say."""
        path = self._task.files[place]
        self._telling.step(Stage.READ, shown=path)
        folders = (name for name, _ in folders_of(path, self._task.top))
        return (*column_names(path, self._task.separator)[1], *folders)

    def read(self, place: int, only: Sequence[str] | None = None) -> Table:
        """Return a file as a table of the contract's engine, of all columns or of some."""
        path = self._task.files[place]
        self._telling.step(Stage.READ, shown=path)
        known = only is not None and place < len(self.texts)
        text, names = (
            (self.texts[place], self.texts[place].columns) if known else column_names(path, self._task.separator)
        )
        folders = tuple(pair for pair in folders_of(path, self._task.top) if pair[0] not in names)
        every = [*names, *(name for name, _ in folders)]
        dtypes = stated_dtypes(self._schema, self._engine, self._engine.nothing(every))
        return read_table(path, self._contract.engine, text, dtypes, only, folders)
