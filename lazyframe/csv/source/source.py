"""The source: the files of an input, their columns, and the partitions; immutable, picklable, with a token.

    read_csv -> CSVSource.open -> opening, sampling -> schema, partitions
                    ^                                      |
                replanned <- Replan <- CSVReader <- read

A source is what is *taken* to be so. A `CSVReader` that finds otherwise raises a `Replan`, and `replanned` makes
the source in which that is known. The old source remembers the newer one (`latest`), so that the next query that
starts from it does not need the same replan.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from typing import Any, ClassVar

import pyarrow as pa

import lazyframe.cache as cache
from lazyframe.csv.options import bad_lines
from lazyframe.csv.options.bad_lines import Tally
from lazyframe.csv.scan import origin
from lazyframe.csv.scan.kept import columns_kept
from lazyframe.csv.scan.kept_reader import KeptReader
from lazyframe.csv.scan.reader import CSVReader
from lazyframe.csv.scan.rejected import RejectedSource
from lazyframe.csv.scan.spec import ScanSpec
from lazyframe.csv.sniff.columns import refuse_promotion, warn_of_promotion
from lazyframe.csv.sniff.findings import Change, FileExtent, OpenCategories, WrongKind, WrongSplit
from lazyframe.csv.source import learning, probes, sampling
from lazyframe.csv.source.learning import Knowledge
from lazyframe.csv.source.opening import Opening, opened
from lazyframe.csv.source.remembering import Told, remembered
from lazyframe.csv.text import lines
from lazyframe.csv.text.files import OpenFile
from lazyframe.csv.text.partitions import FilePartition
from lazyframe.csv.types.infer import TextKinds
from lazyframe.frozen import frozen
from lazyframe.schema import Replan


@frozen
class CSVSource(Opening):
    """Some CSV files, read as one table. Made by `open`.

    Parameters
    ----------
    certain : mapping of str to TextKinds
        The kinds of text that are in a column for certain.
    changes : mapping of str to Change
        What made a column one of text.
    keeping : cache.Place, optional
        Where parsed columns are kept; the source that tasks get knows it.
    """

    certain: Mapping[str, TextKinds] = field(default_factory=dict)
    changes: Mapping[str, Change] = field(default_factory=dict)
    keeping: cache.CacheFolder | None = field(default=None, repr=False, compare=False)
    _newer: list[CSVSource] = field(default_factory=list, repr=False, compare=False)

    is_counted: ClassVar[bool] = True
    inputs: ClassVar[tuple[Any, ...]] = ()

    @classmethod
    def open(cls, urlpath: Any, **arguments: Any) -> CSVSource:
        r"""The source of what the user wrote, with what a sample of it tells.

        Parameters
        ----------
        urlpath, **arguments
            As `opened` takes them, and with its errors.

        Returns
        -------
        CSVSource

        Examples
        --------
        >>> import os, tempfile
        >>> path = os.path.join(tempfile.mkdtemp(), "a.csv")
        >>> with open(path, "w") as file:
        ...     _ = file.write("x,y\n1,a\n2,b\n")
        >>> source = CSVSource.open(path)
        >>> [(field.name, field.dtype.name) for field in source.schema]
        [('x', 'int64'), ('y', 'str')]
        """
        source = cls.unread(urlpath, **arguments)
        sampled: list[CSVSource] = []

        def told() -> Told:
            new, is_first_shown = source.sampled()
            sampled.append(new := new if is_first_shown else new._agreeing_with_its_first_rows())
            return Told(new.columns, new.certain, new.changes)

        columns, certain, changes = remembered(source, told)
        if sampled:
            return sampled[0]
        return replace(source, spec=replace(source.spec, columns=columns), certain=certain, changes=changes, _newer=[])

    @classmethod
    def unread(cls, urlpath: Any, **arguments: Any) -> CSVSource:
        """The source of what the user wrote, of whose records nothing is known; arguments and errors are those of `opened`."""
        return cls(**vars(opened(urlpath, **arguments)))

    def sampled(self) -> tuple[CSVSource, bool]:
        """The source with what a sample tells of its columns, and whether the first rows can hold nothing else."""
        spec, certain, is_first_shown = sampling.sampled(self.spec, self._asked)
        return replace(self, spec=spec, certain=certain, _newer=[]), is_first_shown

    @functools.cached_property
    def sample(self) -> pa.RecordBatch:
        """The first rows, at most 60, of all columns."""
        return probes.first_rows(self.spec)

    @functools.cached_property
    def _scan(self) -> ScanSpec:
        """The spec of the tasks: what they find is found of this source."""
        return replace(self.spec, token=self.token)

    def read(self, partition: FilePartition, columns: tuple[str, ...], predicate: Any = None) -> CSVReader:
        """A reader of one partition.

        Parameters
        ----------
        partition : FilePartition
            One of `partitions`.
        columns : tuple of str
            What to read, in order; without any, batches have only a length. `lazyframe.schema.ROW` is the record's number in
            the partition.
        predicate : callable with ``columns``, optional
            Rows of a batch for which it is false are left out.

        Returns
        -------
        CSVReader
        """
        troubles: list[str] = []
        store = None if self.keeping is None or self.spec.nrows is not None else self.keeping.opened(troubles.append)
        if store is not None:
            return KeptReader(self._scan, partition, tuple(columns), predicate, store)
        reader = CSVReader(self._scan, partition, tuple(columns), predicate)
        for trouble in troubles:
            reader.tell(trouble)
        return reader

    def for_reading(self) -> CSVSource:
        """The source as tasks get it: with what the settings say of kept columns, for a worker has settings of its own."""
        keeping = cache.place()
        if keeping is None:
            return self
        new = object.__new__(type(self))
        new.__dict__.update(self.__dict__, keeping=keeping)
        return new

    def columns_kept(self, columns: tuple[str, ...]) -> tuple[int, int] | None:
        """How many of these columns are kept for all of the files, and how many there are; None where the cache is off."""
        keeping = cache.place()
        if keeping is None or self.spec.nrows is not None:
            return None
        wanted = [self.spec.by_label[label] for label in columns if label in self.spec.by_label]
        wanted = [column for column in wanted if not column.is_path]
        return len(columns_kept(self.spec, self.partitions, wanted, keeping.store)), len(wanted)

    def why_text(self, label: str) -> str:
        """Why a column is one of text, for people; empty where there is nothing to say."""
        return origin.why_text(self.spec, label, self.changes.get(label), self._asked.starts)

    def why_no_dates(self, label: str) -> str:
        """Why a column is not one of dates, for people; empty where there is nothing to say."""
        return origin.why_no_dates(self.spec, label, self.changes.get(label), self._asked.starts)

    @property
    def bad_lines(self) -> RejectedSource:
        """The lines that are no records, with their places.

        Raises
        ------
        ValueError
            They are not collected.
        """
        if self.spec.on_bad_lines.policy != "collect":
            raise ValueError('bad_lines are there where read_csv was told to collect them: on_bad_lines="collect".')
        return RejectedSource(self)

    @property
    def notices(self) -> Callable[[FileExtent], tuple[Warning, ...]] | None:
        """What to warn of after an extent was read; None where nothing ever has to be warned of."""
        return self._notices if cache.place() is not None or self.spec.on_bad_lines.policy in ("warn", "mend") else None

    def _notices(self, extent: FileExtent) -> tuple[Warning, ...]:
        return (*map(cache.CacheWarning, extent.troubles), *self._notices_of(extent.tally))

    def _notices_of(self, tally: Tally) -> tuple[Warning, ...]:
        if not tally.count or self.spec.on_bad_lines.policy not in ("warn", "mend"):
            return ()
        places = []
        for number, offset, reason in tally.first:
            with OpenFile(self.files[number]) as opened:
                places.append(f"{self.files[number].path}:{lines.number(opened, offset)} ({reason})")
        more = tally.count - len(places)
        return (bad_lines.notice(self.spec.on_bad_lines, tally.count, places + ([f"and {more:,} more"] if more else [])),)

    def told_after(self, seconds: float) -> tuple[Warning, ...]:
        """That what was parsed could be kept, where the same files were parsed before and it took long."""
        return cache.parsed_again(self.token, sum(partition.nbytes for partition in self.partitions), seconds)

    @property
    def _asked(self) -> sampling.SampleRequest:
        """What a sampler is told beside the spec."""
        starts = [(part.file, part.start) for partition in self.partitions for part in partition.ranges]
        return sampling.SampleRequest(starts, self.index, self.assume_missing)

    def latest(self) -> CSVSource:
        """The newest source that was made from this one by `replanned`, in this process."""
        source = self
        while source._newer:
            source = source._newer[-1]
        return source

    def replanned(self, finding: WrongSplit | WrongKind | OpenCategories, *, quietly: bool = False) -> CSVSource:
        """The source in which a finding is known; one warning for each column whose dtype changes.

        Parameters
        ----------
        finding : object
            What the `Replan` of a reader of this source carries.
        quietly : bool
            Whether there is no warning, since nobody has been shown the dtypes.
        """
        old = self.latest()
        match finding:
            case WrongSplit(file):  # what was sampled on trust is forgotten
                exact = learning.begun_exactly(old.spec, old.partitions, file)
                new = replace(old, spec=old.spec.knowing(old.certain), partitions=exact, _newer=[])
            case OpenCategories(labels):
                new = replace(old, spec=probes.with_categories(old.spec, labels), _newer=[])
            case _:
                new = old._learnt(finding)
        if new.token == old.token and new.columns == old.columns:
            return old
        if isinstance(finding, WrongKind) and not (quietly and self.promotes):
            tell = warn_of_promotion if self.promotes else refuse_promotion
            for change in finding.changes:
                tell(change, old.spec.column(change.column), new.spec.column(change.column))
        old._newer.append(new)
        return new

    def _learnt(self, finding: WrongKind) -> CSVSource:
        known = learning.learnt(Knowledge(self.spec, self.certain, self.changes), finding, self._asked)
        return replace(self, spec=known.spec, certain=known.certain, changes=known.changes, _newer=[])

    def _agreeing_with_its_first_rows(self) -> CSVSource:
        source = self
        while True:
            try:
                _ = source.sample
                return source
            except Replan as replan:
                before, source = source, source._learnt(replan.finding)  # type: ignore[arg-type]
                for change in replan.finding.changes:  # type: ignore[attr-defined]
                    if source.spec.column(change.column).dates is not None:  # which was asked for, and not guessed
                        warn_of_promotion(change, before.spec.column(change.column), source.spec.column(change.column))

    def __getstate__(self) -> dict[str, Any]:
        state = dict(self.__dict__)
        state["_newer"] = []
        for made_anew in ("sample", "_scan"):
            state.pop(made_anew, None)
        return state
