"""The reader's batch: what is shown, what the averages were learned from, what was before, and what is wrong.

A desk is a value: whatever the reader does with the batch makes a new one. `ui.batch.panel` keeps it for the session.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

from ui.batch import reading
from ui.batch.reading import BatchError, Choices, OwnBatch, Reading
from ui.batch.sources import EXAMPLE_BATCH, Drawn, Origin, first_batch, num_features
from ui.plain import plain

EXAMPLE, DRAWN, OWN = "Example", "Drawn", "Your own"


@dataclass(frozen=True)
class Fields:
    """What the panel's fields say, as a link holds it: which source is chosen, the reader's rows, and those to learn from.

    learned: rows, or the name of a source; empty where the layer learns from the batch itself.
    read: what the reader chose of how the rows are read, as `Choices.text`.
    """

    source: str = EXAMPLE
    batch: str = ""
    learned: str = ""
    read: str = ""


@dataclass(frozen=True)
class Wrong:
    """A sentence for what cannot be used of each: the rows, those to learn from, an upload, a cell; empty where all is well."""

    batch: str = ""
    learned: str = ""
    upload: str = ""
    cell: str = ""


@dataclass(frozen=True, eq=False)
class Desk:
    """The reader's batch, where it came from, and the way back.

    shown, learned: what could be read last; they stay while what the fields say cannot be read.
    before: what the fields said before the last change of a cell.
    taken_to: the pages that have taken over what is shown.
    noted: what has to be said of the file from which the rows came.
    """

    shown: Origin = EXAMPLE_BATCH
    learned: Origin = EXAMPLE_BATCH
    fields: Fields = field(default_factory=Fields)
    before: Fields | None = None
    wrong: Wrong = field(default_factory=Wrong)
    taken_to: frozenset[str] = frozenset()
    noted: tuple[str, ...] = ()

    @cached_property
    def batch(self) -> OwnBatch:
        """The batch that is shown."""
        return first_batch(self.shown)

    @property
    def reading(self) -> Reading | None:
        """How the reader's own rows were read, if they are shown."""
        return self.shown if isinstance(self.shown, Reading) and not self.wrong.batch else None

    def read(self, fields: Fields, drawn: Drawn) -> "Desk":
        """Show what the fields say now; `drawn` is what the panel's settings draw."""
        wrong = self.wrong if fields == self.fields else Wrong()
        shown, learned = self.shown, self.learned
        wrong = replace(wrong, batch="", learned="")
        if fields.source == EXAMPLE:
            shown = learned = EXAMPLE_BATCH
        elif fields.source == DRAWN:
            shown = learned = drawn
        else:
            try:
                shown = learned = reading.read_as(fields.batch, Choices.of(fields.read))
            except BatchError as problem:
                wrong = replace(wrong, batch=sentence(problem))
            else:
                try:
                    learned = _to_learn_from(fields.learned, shown, drawn)
                except BatchError as problem:
                    wrong = replace(wrong, learned=sentence(problem))
        # A drawn batch is another when it is drawn otherwise, one of the reader's own when it was read anew.
        taken_to = self.taken_to if shown == self.shown else frozenset()
        noted = self.noted if fields.batch == self.fields.batch else ()
        return Desk(shown, learned, fields, self.before, wrong, taken_to, noted)

    def with_upload(self, name: str, data: bytes) -> "Desk":
        """Put the rows of a file where the reader's own stand, or say why they cannot be read."""
        try:
            text, noted = reading.text_of(data)
            reading.read_batch(text)
        except BatchError as problem:
            return replace(self, wrong=replace(self.wrong, upload=f"{plain(name)}: {sentence(problem)}"))
        return replace(self, fields=Fields(self.fields.source, text), wrong=Wrong(), noted=noted)

    def with_cells(self, cells: list[tuple[int, int, str]], training: bool) -> "Desk":
        """Make the batch with these cells changed the reader's own, or say why one cannot be. A cell: row, column, text.

        Inference does not learn, so the averages stay those of what the layer had seen before.
        """
        changed = self.batch
        try:
            for row, column, text in cells:
                changed = reading.with_cell(changed, row, column, text)
        except BatchError as problem:
            return replace(self, wrong=replace(self.wrong, cell=sentence(problem)))
        learned = "" if training else self._learned_by_name()
        text, choices = reading.write_exactly(changed)
        fields = Fields(OWN, text, learned, choices.text)
        return replace(self, fields=fields, before=self.fields, wrong=Wrong())

    def _learned_by_name(self) -> str:
        """What the field for the rows to learn from has to say for the averages to stay as they are."""
        if self.fields.source != OWN:
            return self.fields.source
        if self.fields.learned.strip():
            return self.fields.learned
        by_choice = self.fields.read or reading.as_it_was(self.fields.batch) != Choices()
        return reading.write_batch(self.batch) if by_choice else self.fields.batch

    def taken_back(self) -> "Desk":
        """Undo the last change of a cell."""
        return replace(self, fields=self.before or self.fields, before=None, wrong=Wrong())

    def has(self, row: int, column: int) -> bool:
        """Whether the batch has this cell; it may have shrunk since a browser was told of it."""
        rows, columns = self.batch.values.shape
        return row in range(rows) and column in range(columns)

    def without_complaint(self) -> "Desk":
        """The reader has moved on from what could not be taken from a file or into a cell."""
        return replace(self, wrong=replace(self.wrong, upload="", cell=""))


def sentence(problem: BatchError | str) -> str:
    """A sentence in part in the reader's own words, as Markdown that is none; commas are never markup."""
    return plain(str(problem)).replace(r"\,", ",")


def _to_learn_from(text: str, batch: OwnBatch, drawn: Drawn) -> Origin:
    """What the field for the rows to learn from means beside a batch. Raises BatchError if that cannot be learned from."""
    if not text.strip():
        return batch
    named: dict[str, Origin] = {EXAMPLE: EXAMPLE_BATCH, DRAWN: drawn}
    learned = named.get(text.strip()) or reading.read_as(text, reading.as_it_was(text))
    if num_features(learned) != len(batch.names):
        raise BatchError(
            f"It has {num_features(learned)} columns and the batch has {len(batch.names)}. Give it as many."
        )
    return learned
