"""The whole request: one graph for all that is wanted, and one run. And another, when the data contradict the source.

What can be computed is of two sorts. The value of a `Planned` is the answer of a plan: frames, columns, scalars. The
value of a `Called` is what a function returns: `delayed`. Each may need values of the other sort: a function that is
given a lazy frame, a frame whose partitions a function makes.

    wanted --+-- Planned -- optimize, lower together -- answer --------------------> finished by the face
             |                  ^ inputs of the source     | as a pandas object
             +-- Called ---- a task of the function -------+-- result

See docs/decisions/0027-frames-and-functions.md and docs/decisions/0029-one-mechanism-for-assumptions.md.
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import functools
import itertools
import time
import types
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self, TypeVar

from lazyframe.diagnostics.query import query
from lazyframe.documented import said_by
from lazyframe.exchange.room import Room, room
from lazyframe.executors import available_slots, execute, is_cluster, located
from lazyframe.graph import Graph, Ref, Task
from lazyframe.kernels.columns import Columns
from lazyframe.lower import NOTICES, lower
from lazyframe.notices import warn
from lazyframe.optimize import optimize
from lazyframe.physical import physical
from lazyframe.plan import Plan, gathered, scans, with_sources
from lazyframe.schema import Replan
from lazyframe.tree import token

F = TypeVar("F", bound=Callable[..., Any])


class Computable:
    """Something that stands for a value which has not been computed yet."""

    __slots__ = ()

    def _as_it_is(self) -> Self:
        """One that stands for the same value, whatever is set in this one later."""
        return self


class Planned(Computable):
    """Its value is the answer of a plan."""

    __slots__ = ()

    def _result(self) -> Plan:
        """The plan whose answer this stands for."""
        raise NotImplementedError

    def _finish(self, columns: Columns, plan: Plan) -> Any:
        """The answer as pandas gives it."""
        raise NotImplementedError


class PlanRows(Planned):
    """The rows of a plan, as they are between tasks."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def _result(self) -> Plan:
        return self.plan

    def _finish(self, columns: Columns, plan: Plan) -> Any:
        return columns


class Called(Computable):
    """Its value is what a function returns."""

    __slots__ = ()

    @property
    def _name(self) -> str:
        """The key of its task."""
        raise NotImplementedError

    @property
    def _is_named(self) -> bool:
        """Whether the user chose the key; else two calls of one key are one call, written twice."""
        raise NotImplementedError

    @property
    def _stays(self) -> bool:
        """Whether the value is to stay where it was made: on a cluster it is not fetched."""
        return False

    def _inputs(self) -> Sequence[Computable]:
        """What must be computed before it."""
        raise NotImplementedError

    def _task(self, inputs: Sequence[Ref]) -> Task:
        """The task, given where the values of its inputs are."""
        raise NotImplementedError


def compute(*values: Any, scheduler: Any = None, num_workers: int | None = None, pool: Any = None) -> tuple[Any, ...]:
    """Compute several things together; common work is done once, and files that several need are read once.

    Parameters
    ----------
    *values
        Lazy frames, series and scalars, and delayed values, alone or inside lists, tuples, dicts, sets and
        dataclasses. Anything else is handed back as it is.
    scheduler, num_workers, pool
        As in `DataFrame.compute`.

    Returns
    -------
    tuple
        One result a value, in the shape it was given in.

    Examples
    --------
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/sample/*.csv")
    >>> lf.compute(df.Distance.min(), {"longest": df.Distance.max()}, scheduler="sync")
    (np.int64(96), {'longest': np.int64(2586)})
    """
    try:
        results = iter(run(list(leaves(values)), scheduler if pool is None else pool, num_workers))
    except Exception as error:
        users = _users_part(error.__traceback__)
        if users is None:
            raise
        raise error.with_traceback(users) from error.__cause__
    return tuple(replaced(value, lambda _: next(results)) for value in values)


_borders: set[types.CodeType] = set()


def border(method: F) -> F:
    """Mark a function that calls the user's: what of an error's traceback lies before it is of no use to the user."""
    _borders.add(method.__code__)
    return method


def _users_part(traceback: types.TracebackType | None) -> types.TracebackType | None:
    while traceback is not None:
        if traceback.tb_frame.f_code in _borders:
            return traceback.tb_next
        traceback = traceback.tb_next
    return None


def run(
    wanted: Sequence[Computable],
    scheduler: Any = None,
    num_workers: int | None = None,
    executing: Callable[..., list[Any]] | None = None,
) -> list[Any]:
    """The values of all that is wanted; `executing` runs the graphs in the place of `execute`."""
    if not wanted:
        return []
    request = Request(wanted)
    learnt, begun = "", time.monotonic()
    with query() as asked:
        while True:
            try:
                with room_for(scheduler, num_workers) as room:
                    graph, keys = _lowered(request, room, learnt)
                    asked.plans, asked.spilled = request.optimized, room.written
                    notices = [key for key in graph if key.startswith(NOTICES)]
                    stay = {key for one, key in zip(request.wanted, keys, strict=True) if isinstance(one, Called) and one._stays}
                    running = executing or (functools.partial(execute, held=stay) if stay else execute)
                    results = running(graph, keys + notices, scheduler=scheduler, num_workers=num_workers)
            except Replan as replan:
                learnt = str(replan.finding) or learnt
                request.revise(replan)
            else:
                break
    for notice in itertools.chain(*results[len(keys) :], request.told_after(time.monotonic() - begun)):
        warn(notice)
    try:
        return request.finished(results[: len(keys)])
    except MemoryError as error:
        raise located(error, "make the answer") from error


def _lowered(request: Request, room: Room, learnt: str) -> tuple[Graph, list[str]]:
    """The graph, or the error that says what has been learnt since the query was written."""
    try:
        return request.lower(room)
    except TypeError as error:  # what was right when it was written is not, now that more is known of the files
        raise TypeError(f"{said_by(error)} This came out while the files were read: {learnt}.") if learnt else error from None


def room_for(scheduler: Any = None, num_workers: int | None = None) -> contextlib.AbstractContextManager[Room]:
    """Where the rows of a run that have to meet are put. On a cluster they stay what tasks hand on: no disk is shared there."""
    return room(available_slots(scheduler, num_workers), shared=not is_cluster(scheduler))


def current(plan: Plan) -> Plan:
    """The plan over what is known of its sources by now."""
    return with_sources(plan, lambda source: source.latest())


def shown(plan: Plan) -> Plan:
    """`current`, or the plan as it was written where it has become a mistake: it is for the run to raise that."""
    try:
        new = current(plan)
        _ = new.schema
    except (TypeError, ValueError, AttributeError):
        return plan
    return new


class Request:
    """What is wanted, all that it needs, and the plans with all that has been learnt about their sources.

    Attributes
    ----------
    plans : dict of int to Plan
        The plan of each `Planned`, by its id.
    optimized : list of Plan
        What these have become, since `lower` was called.
    """

    def __init__(self, wanted: Sequence[Computable]) -> None:
        self.wanted = list(wanted)
        self.plans: dict[int, Plan] = {}
        self.optimized: list[Plan] = []
        self._found: dict[int, tuple[Computable, tuple[Computable, ...]]] = {}  # each after what it needs
        self._ranks: dict[int, int] = {}
        for one in wanted:
            self._find(one)

    def _find(self, wanted: Computable) -> None:
        stack = [wanted]
        needs: dict[int, tuple[Computable, ...]] = {}
        while stack:
            one = stack[-1]
            if id(one) in self._found:
                stack.pop()
            elif id(one) in needs:
                self._found[id(one)] = one, needs[id(one)]
                ranks = [self._ranks[id(need)] for need in needs[id(one)]]
                # Frames of one rank are lowered together, and share scans: none of them may wait for another's answer.
                self._ranks[id(one)] = max(ranks, default=-1) + 1 if isinstance(one, Planned) else max(ranks, default=0)
                stack.pop()
            else:
                needs[id(one)] = self._needs(one)
                stack.extend(reversed(needs[id(one)]))

    def _needs(self, one: Computable) -> tuple[Computable, ...]:
        if isinstance(one, Planned):
            self.plans[id(one)] = plan = current(one._result())
            return tuple(made for scan in scans(plan) for made in scan.source.inputs)
        assert isinstance(one, Called)
        return tuple(one._inputs())

    def lower(self, room: Room | None = None) -> tuple[Graph, list[str]]:
        """The graph, and the key of each thing that is wanted."""
        graph: Graph = {}
        answers = self._lower_plans(graph, room)
        uses = Counter(answers.values())
        uses.update({answers[id(one)] for one in self.wanted if id(one) in answers})
        values: dict[int, Ref] = {}
        calls: dict[str, Called] = {}
        for one, needs in self._found.values():
            if not isinstance(one, Called):
                continue
            for need in needs:
                if id(need) in answers and id(need) not in values:
                    answer = answers[id(need)]
                    key = f"pandas-{token([answer, id(need)])}"
                    graph[key] = Task(_Finisher(need, self.plans[id(need)], uses[answer] > 1), (Ref(answer),), "to pandas")
                    values[id(need)] = Ref(key)
            first = calls.setdefault(one._name, one)
            if first is one:
                graph[one._name] = one._task([values[id(need)] for need in needs])
            elif one._is_named:
                raise ValueError(f"two delayed calls have the key {one._name!r}: give each a dask_key_name of its own, or none")
            values[id(one)] = Ref(one._name)
        return graph, [answers.get(id(one)) or values[id(one)].key for one in self.wanted]

    def _lower_plans(self, graph: Graph, room: Room | None) -> dict[int, str]:
        self.optimized = []
        ranks: dict[int, list[int]] = {}
        for name in self.plans:
            ranks.setdefault(self._ranks[name], []).append(name)
        answers: dict[int, str] = {}
        for _, names in sorted(ranks.items()):
            optimized = [optimize(self.plans[name]) for name in names]
            tasks, keys = lower(physical(optimized, room))
            self.optimized += optimized
            for key, task in tasks.items():
                graph.setdefault(key, task)
            answers.update(zip(names, keys, strict=True))
        return answers

    def revise(self, replan: Replan) -> None:
        """Let the plans be over the source as it is now known to be; this ends, for a source can only learn so much."""
        known: dict[str, Any] = {}

        def replanned(source: Any) -> Any:
            if source.token != replan.token:
                return source
            if source.token not in known:
                known[source.token] = source.replanned(replan.finding)
            return known[source.token]

        plans = {name: gathered(with_sources(plan, replanned), replan.token) for name, plan in self.plans.items()}
        is_new = any(plan is not self.plans[name] for name, plan in plans.items())
        self.plans = plans
        if not known and not is_new:
            raise RuntimeError(f"no source of this query has the token {replan.token}") from replan

    def told_after(self, seconds: float) -> Iterator[Warning]:
        """What the sources have to say of a run that took so long."""
        sources = {scan.source.token: scan.source for plan in self.plans.values() for scan in scans(plan)}
        for source in sources.values():
            yield from source.told_after(seconds)

    def finished(self, results: Sequence[Any]) -> list[Any]:
        """What users get: a pandas object for each answer of a plan, none of which share memory that can be written to."""
        seen: set[int] = set()
        values = []
        for one, result in zip(self.wanted, results, strict=True):
            if isinstance(one, Planned):
                value = one._finish(result, self.plans[id(one)])
                values.append(value.copy() if id(result) in seen and hasattr(value, "copy") else value)
                seen.add(id(result))
            else:
                values.append(result)
        return values


@dataclasses.dataclass(frozen=True)
class _Finisher:
    """Makes the pandas object of an answer inside a task."""

    planned: Any
    plan: Plan
    copied: bool

    def __call__(self, columns: Columns) -> Any:
        value = self.planned._finish(columns, self.plan)
        return value.copy() if self.copied and hasattr(value, "copy") else value


# ---- containers


def leaves(value: Any, kind: type = Computable) -> Iterator[Any]:
    """What of a kind is in a value: itself, or what is inside lists, tuples, dicts, sets, slices and dataclasses."""
    if isinstance(value, kind):
        yield value
    else:
        for item in _items(value):
            yield from leaves(item, kind)


def replaced(value: Any, function: Callable[[Any], Any], kind: type = Computable) -> Any:
    """`value` with `function` applied to its leaves, in their order; the same object where there are none."""
    if isinstance(value, kind):
        return function(value)
    items = _items(value)
    if not items or not any(True for _ in leaves(value, kind)):
        return value
    new = [replaced(item, function, kind) for item in items]
    made: Any
    if isinstance(value, dict):
        made = copy.copy(value)  # a defaultdict keeps its default
        made.clear()
        made.update(zip(new[: len(value)], new[len(value) :], strict=True))
        return made
    if dataclasses.is_dataclass(value):
        made = copy.copy(value)
        for name, item in zip(_set_fields(value), new, strict=True):
            object.__setattr__(made, name, item)
        return made
    if isinstance(value, slice) or hasattr(value, "_fields"):  # a named tuple
        return type(value)(*new)
    return type(value)(new)


def _items(value: Any) -> Sequence[Any]:
    if isinstance(value, (list, tuple)):
        return value
    if isinstance(value, (set, frozenset)):
        return list(value)
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    if isinstance(value, slice):
        return (value.start, value.stop, value.step)
    if hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        return [getattr(value, name) for name in _set_fields(value)]
    return ()


def _set_fields(value: Any) -> list[str]:
    """The fields of a dataclass that have a value: one that its ``__init__`` leaves out may have none yet."""
    return [field.name for field in dataclasses.fields(value) if hasattr(value, field.name)]
