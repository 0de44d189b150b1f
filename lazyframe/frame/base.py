"""What DataFrame, Series and Scalar have in common: a plan, ways to run it, operators and reductions."""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable
from os import PathLike
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TextIO, TypeVar

import numpy as np

from lazyframe.diagnostics.words import MAX_TASKS
from lazyframe.documented import Documented
from lazyframe.explain import Analysis, explanation, visualize
from lazyframe.expr import INFIX, UFUNCS, Call, Expr, Literal
from lazyframe.frame.collection import Collection
from lazyframe.frame.persist import persisted
from lazyframe.plan import Plan, base_scan
from lazyframe.run import Computable, compute, leaves, shown
from lazyframe.schema import DType

if TYPE_CHECKING:
    from lazyframe.diagnostics.picture import Picture


P = TypeVar("P")
R = TypeVar("R")
T = TypeVar("T")
F = TypeVar("F")
C = TypeVar("C")


class NoArrayError(Documented, TypeError):
    """Something asked a lazy object for an array of its values."""


class Lazy(Collection):
    """What the faces of frames, columns and scalars have in common."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        """Refused: numpy and pandas would make something of the values that has lost its names and its index."""
        raise NoArrayError(
            f"a lazy {type(self).__name__} is no array and no pandas object yet: call .compute() on it first. "
            "Its own methods, such as .isna() and .where(...), and numpy's functions of single values stay lazy."
        )

    def persist(self, scheduler: Any = None, num_workers: int | None = None) -> Self:
        """Run the query now, and keep its rows in memory for later ones.

        Later queries take from them the columns and rows that they need; no file is read again. On a cluster the rows
        stay on the workers. They are given up when nothing refers to the persisted object any more.

        Parameters
        ----------
        scheduler, num_workers
            As in `compute`.

        Returns
        -------
        The same lazy object, over rows in memory.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> late = df[df.DepDelay > 60][["Origin", "DepDelay"]].persist(scheduler="sync")
        >>> late.groupby("Origin").DepDelay.max().compute(scheduler="sync")
        Origin
        JFK    287.0
        LGA    193.0
        Name: DepDelay, dtype: float64
        """
        return self._over(persisted(self, scheduler, num_workers))

    def explain(
        self,
        file: TextIO | None = None,
        *,
        analyze: bool = False,
        physical: bool = False,
        scheduler: Any = None,
        num_workers: int | None = None,
    ) -> None:
        """Print the plan as it was written, as it will be run, and how many tasks that takes.

        Parameters
        ----------
        file : text file, optional
            Where to print to; standard output if not given.
        analyze : bool, default False
            Run the query as well, and print for each stage its time, the rows that came out of it and the bytes that
            it read. The times are summed over all workers. A column is made where it is first used, and its
            time counts there.
        physical : bool, default False
            Print as well where the rows are on their way: spread over the partitions of a source, or together in one place.
        scheduler, num_workers
            As in `compute`; for `analyze`.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df[df.Distance > 500].groupby("Origin").DepDelay.mean().max().explain(analyze=True)
        as written
        ...
        ran in ... ms on ...: 4 tasks, at most ... results held at one time (... kB)
        ...
          scan data/sample/*.csv: 2 files, 4.6 kB, columns parsed: 3 of 23 ...
        """
        text = explanation(shown(self._result()), physical)
        if analyze:
            text += f"\n\n{Analysis(self, scheduler, num_workers)}"
        print(text, file=file or sys.stdout)

    def visualize(
        self, filename: str | PathLike[str] | None = None, *, tasks: bool = False, max_tasks: int = MAX_TASKS
    ) -> Picture:
        """Draw the plan as it will be run, or its tasks; a notebook shows the drawing.

        Parameters
        ----------
        filename : str or path, optional
            Where to write it to as well: a name that ends in ``.svg``, or in ``.png``, which needs Pillow.
        tasks : bool, default False
            Draw the tasks and not the plan. Once the query has been run, resting the mouse on a task tells how long it took.
        max_tasks : int, default 30
            With more tasks than these, those of one kind share a box.

        Returns
        -------
        Picture
            The drawing: ``.svg`` and ``.png`` are its forms, ``.save(filename)`` writes one.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.groupby("Origin").DepDelay.mean().visualize(tasks=True)
        <Picture of 4 tasks: a notebook shows it, .save('picture.svg') writes it>
        """
        return visualize(self, filename=filename, tasks=tasks, max_tasks=max_tasks)

    @property
    def npartitions(self) -> int:
        """In how many partitions the rows are: 1 where they had to meet, as those of groups and joins."""
        base = base_scan(self._result())
        return 1 if base is None else len(base.source.latest().partitions)

    def __bool__(self) -> bool:
        raise ValueError(f"The truth value of a {type(self).__name__} is not known before it is computed: {self._truth}.")

    _truth = "call .compute() on it first"


class Computed(Lazy, Generic[P]):
    """What becomes a value: `P` is its class."""

    def compute(self, scheduler: Any = None, num_workers: int | None = None, pool: Any = None) -> P:
        """Run the query.

        Parameters
        ----------
        scheduler : str, concurrent.futures.Executor or Client, optional
            ``"threads"`` (the default), ``"processes"``, ``"sync"``, one of Dask's names for these, or ``"distributed"``. If not
            given: the setting `scheduler`, else the Client that is alive, else threads.
        num_workers : int, optional
            How many tasks run at one time; the number of cores if not given.
        pool : concurrent.futures.Executor, optional
            The same as `scheduler`, by the name that Dask has for it.

        Returns
        -------
        pandas.DataFrame, pandas.Series or scalar
            What the same line gives in pandas.

        Raises
        ------
        CSVError
            The data cannot be read so: the message says where, and what fixes it.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.Distance.max().compute(scheduler="sync")
        np.int64(2586)
        """
        answer: P = compute(self, scheduler=scheduler, num_workers=num_workers, pool=pool)[0]
        self._answered(answer)
        return answer

    def _answered(self, answer: P) -> None:
        """What an answer tells of the object from then on."""


class FrameFace(Lazy):
    """A table, as far as other faces know of it."""

    _plan: Plan

    def _gathered(self, name: str) -> Any:
        """What pandas' class has under a name, of rows that are gathered for it; None where it has nothing."""
        raise NotImplementedError


class ColumnFace(Lazy):
    """A column, as far as other faces know of it: an expression over the rows of a plan."""

    name: Hashable
    _plan: Plan
    _expr: Expr
    _dtype: DType

    def _gathered(self, name: Any) -> Any:
        """What pandas' class has under a name, of a column that is gathered for it; None where it has nothing."""
        raise NotImplementedError


class ValueFace(Lazy):
    """A single value, as far as other faces know of it."""

    _expr: Expr


_UFUNCS = {
    "add": "add", "subtract": "sub", "multiply": "mul", "divide": "truediv", "floor_divide": "floordiv", "remainder": "mod",
    "power": "pow", "equal": "eq", "not_equal": "ne", "less": "lt", "less_equal": "le", "greater": "gt", "greater_equal": "ge",
    "bitwise_and": "and_", "bitwise_or": "or_", "bitwise_xor": "xor", "negative": "neg", "absolute": "abs", "invert": "invert",
    **{name: f"np.{name}" for name in UFUNCS},
}  # fmt: skip
"""The operation that stands for each of numpy's functions of one or two columns."""


def _operator(operation: str, reflected: bool = False) -> Callable[[Operators[T], Any], T]:
    def method(self: Operators[T], other: Any) -> T:
        return self._operate(operation, other, reflected)

    sign = INFIX[operation]
    written = f"other {sign} self" if reflected else f"self {sign} other"
    method.__doc__ = f"``{written}``, row by row: `other` is a plain value, a lazy scalar, or a column of the same rows."
    method.__name__ = f"r{operation}" if reflected else operation
    method.__qualname__ = f"Operators.{method.__name__}"
    return method


class Operators(Generic[R]):
    """pandas' operators, and their names as methods, through one method that each face has. `R` is what they give."""

    def _operate(self, operation: str, other: Any, reflected: bool) -> R:
        raise NotImplementedError

    def _apply(self, operation: str, *arguments: Any) -> R:
        raise NotImplementedError

    __add__ = add = _operator("add")
    __sub__ = sub = _operator("sub")
    __mul__ = mul = _operator("mul")
    __truediv__ = truediv = div = _operator("truediv")
    __floordiv__ = floordiv = _operator("floordiv")
    __mod__ = mod = _operator("mod")
    __pow__ = pow = _operator("pow")
    __radd__ = radd = _operator("add", True)
    __rsub__ = rsub = _operator("sub", True)
    __rmul__ = rmul = _operator("mul", True)
    __rtruediv__ = rtruediv = rdiv = _operator("truediv", True)
    __rfloordiv__ = rfloordiv = _operator("floordiv", True)
    __rmod__ = rmod = _operator("mod", True)
    __rpow__ = rpow = _operator("pow", True)
    __and__ = _operator("and_")
    __or__ = _operator("or_")
    __xor__ = _operator("xor")
    __rand__ = _operator("and_", True)
    __ror__ = _operator("or_", True)
    __rxor__ = _operator("xor", True)
    __eq__ = eq = _operator("eq")  # type: ignore[assignment]  # no bool, as in pandas
    __ne__ = ne = _operator("ne")  # type: ignore[assignment]
    __lt__ = lt = _operator("lt")
    __le__ = le = _operator("le")
    __gt__ = gt = _operator("gt")
    __ge__ = ge = _operator("ge")
    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """numpy's functions, row by row: ``np.log(df.x)``, ``np.float64(2) * df.x``."""
        operation = _UFUNCS.get(ufunc.__name__)
        if method != "__call__" or options or operation is None:
            gathered = getattr(self, "_of_values", None)
            if gathered is not None and not options.keys() & {"out", "where"}:
                return gathered(getattr(ufunc, method), inputs, options)
            raise TypeError(f"np.{ufunc.__name__} is not offered for lazy columns, or not in this form; .compute() first.")
        if len(inputs) == 1:
            return self._apply(operation)
        left, right = (one[()] if isinstance(one, np.ndarray) and not one.ndim else one for one in inputs)
        return left._operate(operation, right, False) if isinstance(left, Operators) else self._operate(operation, left, True)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """numpy's ``where`` and ``select``; others call our methods, as ``np.sum`` does, or get the gathered values."""
        found = self._choose(function, args, kwargs)
        if found is not NotImplemented:
            return found
        try:
            return function._implementation(*args, **kwargs)
        except NoArrayError:
            gathered = getattr(self, "_of_values", None)
            if gathered is None:
                raise
            return gathered(function, args, kwargs)

    def _choose(self, function: Any, args: Any, kwargs: Any) -> Any:
        return NotImplemented

    def __divmod__(self, other: Any) -> tuple[Any, Any]:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> tuple[Any, Any]:
        return other // self, other % self

    def __invert__(self) -> R:
        return self._apply("invert")

    def __neg__(self) -> R:
        return self._apply("neg")

    def __pos__(self) -> R:
        return self._apply("pos")

    def __abs__(self) -> R:
        return self._apply("abs")


class Reductions(Generic[R]):
    """The reductions that a column, a frame and the groups of either have, through one method of each, which gives an `R`.

    Their arguments are given by name only: by position pandas takes another one first, the axis.
    """

    def _reduce(self, function: str, options: dict[str, Any], numeric_only: Any) -> R:
        raise NotImplementedError

    def sum(self, *, numeric_only: bool = False) -> R:
        """The sum; missing values count as nothing."""
        return self._reduce("sum", {}, numeric_only)

    def prod(self, *, numeric_only: bool = False) -> R:
        """The product; missing values count as nothing."""
        return self._reduce("prod", {}, numeric_only)

    def mean(self, *, numeric_only: bool = False) -> R:
        """The mean of the values that are not missing."""
        return self._reduce("mean", {}, numeric_only)

    def min(self, *, numeric_only: bool = False) -> R:
        """The smallest value."""
        return self._reduce("min", {}, numeric_only)

    def max(self, *, numeric_only: bool = False) -> R:
        """The largest value."""
        return self._reduce("max", {}, numeric_only)

    def std(self, *, ddof: int = 1, numeric_only: bool = False) -> R:
        """The standard deviation, with ``n - ddof`` degrees of freedom."""
        return self._reduce("std", {"ddof": ddof}, numeric_only)

    def var(self, *, ddof: int = 1, numeric_only: bool = False) -> R:
        """The variance, with ``n - ddof`` degrees of freedom."""
        return self._reduce("var", {"ddof": ddof}, numeric_only)

    def sem(self, *, ddof: int = 1, numeric_only: bool = False) -> R:
        """The standard error of the mean, with ``n - ddof`` degrees of freedom."""
        return self._reduce("sem", {"ddof": ddof}, numeric_only)

    def skew(self, *, numeric_only: bool = False) -> R:
        """The skewness, without the bias of a sample."""
        return self._reduce("skew", {}, numeric_only)

    def kurt(self, *, numeric_only: bool = False) -> R:
        """The kurtosis by Fisher's definition, without the bias of a sample: 0 of a normal distribution."""
        return self._reduce("kurt", {}, numeric_only)

    def count(self) -> R:
        """How many values are not missing."""
        return self._reduce("count", {}, False)

    def nunique(self, *, dropna: bool = True) -> R:
        """How many distinct values there are; a missing one counts as one if not `dropna`."""
        return self._reduce("nunique", {"dropna": dropna}, False)

    def median(self, *, numeric_only: bool = False) -> R:
        """The median, exact; all the values are held in memory."""
        return self._reduce("median", {}, numeric_only)

    def any(self) -> R:
        """Whether any value is true; missing values are passed over."""
        return self._reduce("any", {}, False)

    def all(self) -> R:
        """Whether all values are true; missing values are passed over."""
        return self._reduce("all", {}, False)


def literal(value: Any) -> Expr:
    """The node for a plain value of the user's."""
    if isinstance(value, (Lazy, set, frozenset, dict, list, tuple, range)) or bool(getattr(value, "ndim", 0)):
        raise TypeError(f"expected a single value or a column of the same frame, got {type(value).__name__}")
    return plain(value)


def resolved(value: Any, lazy: Any) -> Any:
    """What a function of the user's makes of a frame or column, where pandas takes one in place of a value; else the value."""
    return value(lazy) if callable(value) and not isinstance(value, Computable) else value


def plain(value: Any) -> Expr:
    """The node for an argument of a method that is neither a column nor a lazy scalar."""
    for one in leaves(value):
        raise TypeError(
            f"a lazy {type(one).__name__} has to be computed before it can be an argument here: call .compute() on it first, "
            f"or hand the frame to a delayed function that gets both."
        )
    return Literal(value)


def call(operation: str, *operands: Expr) -> Call:
    return Call(operation, tuple(operands))
