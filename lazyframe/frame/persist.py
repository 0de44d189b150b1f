"""Answers that stay in memory: what `persist` gives.

Rows that come from partitions stay in partitions, as Arrow, and are a source (`PersistedSource`): later queries take the
columns and rows that they need, and nothing is parsed again. On a cluster the rows stay on the workers (`Held`), and
only what is said of them comes here. An answer for which rows had to meet is one piece, `plan.Known`.

    Share of the plan -- to pandas --> PersistedRows -- kept --> Held, or the rows themselves     one a partition
                                          +------ facts --> Facts: dtypes, sizes, a sample

See docs/decisions/0016-persist-is-a-source.md.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from lazyframe.executors import Held
from lazyframe.frame import counted
from lazyframe.frame.stream import settled
from lazyframe.frozen import frozen
from lazyframe.graph import Ref, Task
from lazyframe.kernels.columns import Columns, to_arrow
from lazyframe.masks import packed
from lazyframe.plan import Known, Plan, Scan, Share, base_scan
from lazyframe.run import Called, Planned, PlanRows, current, run
from lazyframe.schema import ROW, Schema
from lazyframe.sources import Certain, Made
from lazyframe.tree import token

_BATCH_ROWS = 2**16
_SAMPLE_ROWS = 60


@frozen
class PersistedRows:
    """The rows of one partition.

    Parameters
    ----------
    batch : pyarrow.RecordBatch
        The columns; and the number of each row in the whole, under `schema.ROW`, where rows are missing in between.
    schema : Schema
        Of the plan; a dtype may still be open.
    dtypes : dict
        The dtype that each column has here.
    """

    batch: pa.RecordBatch
    schema: Schema
    dtypes: dict[Any, str]

    @property
    def nbytes(self) -> int:
        """The bytes that the rows take up in memory."""
        return int(self.batch.get_total_buffer_size())


@frozen
class Facts:
    """What is known of kept rows where they are not.

    Parameters
    ----------
    schema : Schema
        Of the plan; a dtype may still be open.
    dtypes : dict
        The dtype that each column has in these rows.
    nbytes : int
        The bytes that the rows take up in memory.
    sample : pyarrow.RecordBatch
        The first rows.
    rows : int
        How many there are.
    """

    schema: Schema
    dtypes: dict[Any, str]
    nbytes: int
    sample: pa.RecordBatch
    rows: int


class _Rows(Planned):
    """Some rows of a plan, in the form in which they are kept."""

    def __init__(self, plan: Plan, position: int, count: int) -> None:
        self.share = Share(plan, position, count)

    def _result(self) -> Plan:
        return self.share

    def _finish(self, columns: Columns, plan: Plan) -> PersistedRows:
        assert isinstance(plan, Share)
        arrays = {str(field.name): to_arrow(columns[field.name], field.dtype.otherwise or field.dtype) for field in plan.schema}
        if plan.child.has_records:
            arrays[ROW] = pa.array(np.asarray(columns[ROW]))
        if not arrays:
            arrays[ROW] = pa.array(np.arange(len(columns)))
        dtypes = {field.name: str(columns[field.name].dtype) for field in plan.schema}
        return PersistedRows(pa.RecordBatch.from_arrays(list(arrays.values()), list(arrays)), plan.schema, dtypes)


class _Call(Called):
    """A task of this module."""

    _is_named = False

    def __init__(self, function: Any, label: str, name: str, *given: Any) -> None:
        self._function, self._label, self._given = function, label, given
        self._key = f"{label}-{name}"

    @property
    def _name(self) -> str:
        return self._key

    @property
    def _stays(self) -> bool:
        return self._label == "keep"

    def _inputs(self) -> Sequence[Any]:
        return [one for one in self._given if isinstance(one, (Planned, Called))]

    def _task(self, inputs: Sequence[Ref]) -> Task:
        return Task(self._function, tuple(inputs) or self._given, self._label)


def _same(value: Any) -> Any:
    return value


def _facts(rows: PersistedRows) -> Facts:
    return Facts(rows.schema, rows.dtypes, rows.nbytes, rows.batch.slice(0, _SAMPLE_ROWS), rows.batch.num_rows)


def _rows_of(rows: Any) -> Any:
    """The rows themselves; on their way to a worker of another sort than the one that has them, they have come here."""
    return rows.value() if isinstance(rows, Held) else rows


@dataclass
class PersistedReader:
    """One partition being read."""

    source: PersistedSource
    rows: PersistedRows
    columns: tuple[str, ...]
    predicate: Any
    records: int = 0
    extent: Any = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        wanted = tuple(dict.fromkeys((*self.columns, *(self.predicate.columns if self.predicate is not None else ()))))
        whole = self.rows.batch
        length = whole.num_rows
        for start in range(0, length, _BATCH_ROWS):
            piece = whole.slice(start, _BATCH_ROWS)
            made = [self.source.array(piece, name, start) for name in wanted]
            batch = pa.RecordBatch.from_arrays(made, list(wanted)) if wanted else piece.select([])
            if self.predicate is not None:
                batch = batch.filter(packed(self.predicate(batch)))
            yield batch.select(list(self.columns)) if wanted else batch
        # Where rows are missing in between, each has its number in the whole, and nothing is to be added to it.
        self.records = length if self.source.is_counted else 0


@frozen
class PersistedSource(Certain):
    """Partitions that are in memory, here or on a cluster.

    Parameters
    ----------
    name : str
        For people: what the rows are.
    schema : Schema
        The columns.
    is_counted : bool
        Whether the rows are numbered without a gap.
    kept : tuple of PersistedRows or Held
        The partitions.
    facts : tuple of Facts
        What is known of them.
    token : str
        A content hash: of the plan that gave the rows.
    """

    name: str
    schema: Schema
    is_counted: bool
    kept: tuple[Any, ...]
    facts: tuple[Facts, ...]
    token: str

    @functools.cached_property
    def inputs(self) -> tuple[Called, ...]:
        """What makes the partitions: tasks that hand on what is there."""
        return tuple(_Call(_rows_of, "kept", f"{self.token}-{n}", rows) for n, rows in enumerate(self.kept))

    @functools.cached_property
    def partitions(self) -> tuple[Made, ...]:
        return tuple(Made(made._name, f"{self.name}[{number}]") for number, made in enumerate(self.inputs))

    @property
    def sample(self) -> pa.RecordBatch:
        first = next((facts.sample for facts in self.facts if facts.sample.num_rows), self.facts[0].sample)
        return pa.RecordBatch.from_arrays(
            [self.array(first, str(n), 0) for n in self.schema.names], list(map(str, self.schema.names))
        )

    def describe(self) -> str:
        count = sum(facts.nbytes for facts in self.facts)
        where = "on the cluster" if isinstance(self.kept[0], Held) else "in memory"
        return f"{self.name} {where}: {len(self.kept)} partition{'s' if len(self.kept) > 1 else ''}, {count / 1e6:.1f} MB"

    def parsed(self, columns: tuple[str, ...]) -> tuple[int, int]:
        return 0, len(self.schema)

    def read(self, partition: Any, columns: tuple[str, ...], predicate: Any = None) -> PersistedReader:
        rows, _ = partition
        return PersistedReader(self, rows, columns, predicate)

    def for_reading(self) -> PersistedSource:
        """What a task needs of it: not the other partitions."""
        return PersistedSource(self.name, self.schema, self.is_counted, (), (), self.token)

    def array(self, batch: pa.RecordBatch, name: str, start: int) -> pa.Array:
        """A column of a batch that begins at this row of its partition, in the dtype of the whole."""
        if name == ROW:
            return pa.array(np.arange(start, start + batch.num_rows)) if self.is_counted else batch.column(ROW)
        array, dtype = batch.column(name), self._dtypes[name]
        if dtype.kind in "TOZ" or array.type == dtype.arrow or pa.types.is_dictionary(array.type):
            return array
        return array.cast(dtype.arrow)

    @functools.cached_property
    def _dtypes(self) -> dict[str, Any]:
        return {str(field.name): field.dtype for field in self.schema}


def persisted(lazy: Planned, scheduler: Any = None, num_workers: int | None = None) -> Plan:
    """The plan whose rows are those of `lazy`, and in memory."""
    plan = current(lazy._result())
    scan = base_scan(plan)
    if scan is None or plan.schema.index:
        return run([_Whole(plan)], scheduler, num_workers)[0]  # type: ignore[no-any-return]
    if isinstance(scan.source, PersistedSource) and scan is plan and scan.names is None:
        return plan
    names = list(map(str, plan.schema.names))
    if len(set(names)) < len(names):
        raise ValueError(f"two columns are both written {max(names, key=names.count)!r}; rename one of them before persist()")
    count = len(scan.source.partitions)
    name = token(["kept", plan])
    kept = [_Call(_same, "keep", f"{name}-{n}", _Rows(plan, n, count)) for n in range(count)]
    facts = [_Call(_facts, "facts", f"{name}-{n}", one) for n, one in enumerate(kept)]
    results = run([*kept, *facts], scheduler, num_workers)
    found: tuple[Facts, ...] = tuple(results[count:])
    fields = tuple(settled(field, {one.dtypes.get(field.name, "") for one in found}) for field in found[0].schema)
    schema = Schema(fields, (), plan.schema.labels)
    made = Scan(PersistedSource(plan.title(), schema, plan.is_counted, tuple(results[:count]), found, name))
    counted.tell(made, sum(one.rows for one in found))
    return made


def kept_source(name: str, schema: Schema, batches: Sequence[pa.RecordBatch]) -> PersistedSource:
    """Rows that are in memory already, numbered without a gap; what is kept is known by a name of its own."""
    dtypes = {field.name: field.dtype.name for field in schema}
    kept = tuple(PersistedRows(batch, schema, dtypes) for batch in batches)
    return PersistedSource(name, schema, True, kept, tuple(map(_facts, kept)), token(["kept", uuid.uuid4().hex]))


class _Whole(PlanRows):
    """An answer in one piece, as a plan."""

    def _finish(self, columns: Columns, plan: Plan) -> Plan:
        return known(columns, plan)


def known(columns: Columns, plan: Plan) -> Plan:
    """The plan whose answer is there: that of `plan`."""
    fields = tuple(settled(field, {str(columns[field.name].dtype)}) for field in plan.schema)
    return Known(HashedAnswer(columns, token(["known", plan])), replace(plan.schema, fields=fields), plan.numbering, plan.title())


@frozen
class HashedAnswer:
    """An answer, and a content hash of it."""

    columns: Columns
    token: str
