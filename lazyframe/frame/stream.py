"""The rows of a plan, partition by partition: in order, in bounded memory, with the dtypes of the whole.

Rows that were handed out cannot be taken back when a later value shows that a column had to have another dtype. So
there are two ways:

verify first
    A first pass reads all that is needed and keeps nothing; then every dtype is known, and the rows go out in a second
    pass. What was verified is remembered, so that the next stream of the same plan over the same files has one pass.
begin again
    Who can throw away what was written so far (a file under a temporary name) reads once, and starts anew when the
    data contradict the source; only a plan with a dtype that depends on all rows is verified first.

See docs/decisions/0069-rows-out-are-verified.md.
"""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from lazyframe.diagnostics.query import query
from lazyframe.documented import Documented
from lazyframe.executors import available_slots, execute, stream
from lazyframe.kernels.columns import Columns
from lazyframe.lower import NOTICES
from lazyframe.notices import warn
from lazyframe.optimize import optimize
from lazyframe.physical import spread_partitions
from lazyframe.plan import Plan, Share, Validate, with_sources
from lazyframe.run import Planned, PlanRows, Request, room_for, run
from lazyframe.schema import Field, Replan, Schema

_REMEMBERED = 256
_verified: OrderedDict[str, Schema] = OrderedDict()


class StreamContradictedError(Documented, RuntimeError):
    """A value changed a dtype after rows had gone out that were not verified first."""


class Stream:
    """The rows of a lazy frame or column on their way out.

    Parameters
    ----------
    lazy : Planned
        Of which the rows are wanted.
    scheduler, num_workers
        As in `DataFrame.compute`.
    verify : bool
        Whether to read everything once before the first row goes out.

    Attributes
    ----------
    schema : Schema
        The columns, each with its one dtype.
    is_counted : bool
        Whether the rows are numbered without a gap, so that pandas has a RangeIndex.
    """

    def __init__(self, lazy: Planned, scheduler: Any = None, num_workers: int | None = None, verify: bool = True) -> None:
        self._lazy = lazy
        self._options = scheduler, num_workers
        self._plan = with_sources(lazy._result(), lambda source: source.latest())
        self._answer: Any = None
        self._told = False  # of what the source has to say; a pass that verifies tells it
        self._settle(verify)

    def _settle(self, verify: bool) -> None:
        """Find out the one dtype of each column."""
        open_index = any(level.dtype.otherwise is not None for level in self._plan.schema.index)
        with room_for(*self._options) as room:
            in_one_place = not spread_partitions(optimize(self._plan), room)
        if in_one_place or open_index:
            whole = _Whole(self._plan)
            self._plan, self._answer = run([whole], *self._options)[0]
        elif verify or any(field.dtype.otherwise is not None for field in self._plan.schema):
            self._verify()
            return
        self.schema = self._plan.schema
        self.is_counted = self._plan.is_counted

    def _verify(self) -> None:
        schema = _verified.get(self._plan.token)
        if schema is None:
            self._plan, found = run([_Surveyed(self._plan)], *self._options)[0]
            self._told = True
            fields = tuple(settled(field, {found.get(field.name, "")}) for field in self._plan.schema)
            schema = replace(self._plan.schema, fields=fields)
            _verified[self._plan.token] = schema  # and not the plan, which may hold rows
            while len(_verified) > _REMEMBERED:
                _verified.popitem(last=False)
        self.schema = schema
        self.is_counted = self._plan.is_counted

    @property
    def is_whole(self) -> bool:
        """Whether rows had to meet before they were the answer: then it is one piece, and has its index."""
        return self._answer is not None

    @property
    def plan(self) -> Plan:
        """The plan, with all that has been learnt about its sources."""
        plan: Plan = self._plan
        return plan

    def pieces(self, made: Callable[[Columns], Any] | None = None) -> Iterator[tuple[Any, Plan]]:
        """The rows of each partition, and the plan whose rows they are.

        Parameters
        ----------
        made : callable, optional
            What the task that gathers the rows of a partition makes of them, in their place.

        Raises
        ------
        Replan
            The data are not as the source has them; `restart` before the next try.
        """
        if self._answer is not None:
            yield self._answer if made is None else made(self._answer), self._plan
            return
        best = optimize(self._plan)
        scheduler, num_workers = self._options
        width = available_slots(scheduler, num_workers)
        with room_for(scheduler, num_workers) as room:
            count = spread_partitions(best, room)
            asked = [PlanRows(Share(best, position, count)) for position in range(count)]
            graph, keys = Request(asked).lower(room)
            if made is not None:
                graph.update({key: replace(graph[key], function=_Made(graph[key].function, made)) for key in keys})
            notices = [] if self._told else [key for key in graph if key.startswith(NOTICES)]

            def executed(some: Any, wanted: Any) -> list[Any]:
                with query() as running:
                    running.spilled = room.written
                    return execute(some, wanted, scheduler, num_workers)

            results = stream(graph, keys + notices, executed, width)
            for columns in itertools.islice(results, count):
                yield columns, Share(self._plan, 0, count)
            for notice in itertools.chain.from_iterable(results):
                warn(notice)

    def pandas(self) -> Iterator[Any]:
        """The rows of each partition as pandas objects, which put together are what `compute` gives."""
        for columns, plan in self.pieces():
            yield self.finished(columns, plan)

    def finished(self, columns: Columns, plan: Plan) -> Any:
        """What `pieces` gave, as a pandas object."""
        piece = self._lazy._finish(columns, plan)
        return self._with_dtypes(piece) if self._answer is None else piece

    def _with_dtypes(self, piece: Any) -> Any:
        """The piece with the dtypes of the whole, where its own rows alone did not ask for them."""
        if isinstance(piece, pd.Series):
            dtype = self.schema.fields[0].dtype
            return piece if str(piece.dtype) == dtype.name else piece.astype(dtype.pandas)
        changes = {
            field.name: field.dtype.pandas
            for field, dtype in zip(self.schema, piece.dtypes, strict=True)
            if str(dtype) != field.dtype.name
        }
        return piece.astype(changes) if changes else piece

    def restart(self, replan: Replan) -> None:
        """Take up what was found out; then `pieces` may be tried again."""
        request = Request([PlanRows(self._plan)])
        request.revise(replan)
        self._plan = next(iter(request.plans.values()))
        self._settle(verify=False)

    def contradicted(self, replan: Replan) -> StreamContradictedError:
        """The user's error where rows have gone out that were not verified; the source remembers what was found."""
        self.restart(replan)
        return StreamContradictedError(
            "a value further on shows that a dtype, or the place where a record begins, is not what it was taken for, and rows "
            "have gone out already that cannot be taken back. Begin again, which works since it is known now; or leave "
            "verify=True, which looks at all rows before the first goes out."
        )


class _Made:
    """A function of a task, and what becomes of its result."""

    def __init__(self, function: Callable[..., Any], made: Callable[[Any], Any]) -> None:
        self._function, self._made = function, made

    def __call__(self, *arguments: Any) -> Any:
        return self._made(self._function(*arguments))


class _Whole(PlanRows):
    """A plan as it was run, and its answer."""

    def _finish(self, columns: Columns, plan: Plan) -> Any:
        return plan, columns


class _Surveyed(PlanRows):
    """A plan that has been verified, and what its open dtypes are."""

    def _result(self) -> Plan:
        return Validate(self.plan)

    def _finish(self, columns: Columns, plan: Plan) -> Any:
        assert isinstance(plan, Validate)
        return plan.child, {name: str(columns[name].dtype) for name in columns.names}


def settled(field: Field, found: set[str]) -> Field:
    """The column with its one dtype, given the dtypes that its pieces have."""
    dtype = field.dtype
    if dtype.otherwise is None:
        return field
    return Field(field.name, dtype.otherwise if dtype.otherwise.name in found else replace(dtype, otherwise=None))
