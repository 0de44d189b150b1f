"""What pytest is told: read with lazyframe, do not compare texts of errors, and remember what became of each test."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas._testing as tm
import pytest
from _pytest.outcomes import Failed
from pandas_parser import stand_in

_RAISES = pytest.raises
_PRODUCES = tm.assert_produces_warning


@dataclass(frozen=True)
class Outcome:
    """What became of a test.

    Parameters
    ----------
    name : str
        As in ``common/test_float.py::test_x[c_high]``.
    engine : str
        Of pandas, that the test is for.
    result : str
        ``passed``, ``failed`` or ``skipped``.
    reads : bool
        Whether it is counted.
    why_not_counted : str
        If it is not.
    kind : str
        What sort of failure it is.
    line, text : str
        The last line of the error, or why it was skipped; and all of it.
    """

    name: str
    engine: str
    result: str
    reads: bool
    why_not_counted: str = ""
    kind: str = ""
    line: str = ""
    text: str = ""


class Plugin:
    """The plugin; `outcomes` is what became of the tests."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self._before = 0

    def pytest_configure(self) -> None:
        stand_in.install()
        pytest.raises = _raises  # type: ignore[assignment]
        tm.assert_produces_warning = _produces  # type: ignore[assignment]

    def pytest_unconfigure(self) -> None:
        stand_in.remove()
        pytest.raises = _RAISES
        tm.assert_produces_warning = _PRODUCES

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            if "pyarrow" in re.findall(r"\w+", item.name.partition("[")[2]) or "pyarrow_parser_only" in item.fixturenames:
                item.add_marker(pytest.mark.skip(reason=_PYARROW))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._before = stand_in.calls
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[pytest.TestReport]:
        report: pytest.TestReport = yield
        if call.when == "call" or (call.when == "setup" and not report.passed):
            self.outcomes.append(self._outcome(item, call, report))
        return report

    def _outcome(self, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> Outcome:
        name = item.nodeid.partition("io/parser/")[2] or item.nodeid
        engine, result = _engine(item), report.outcome
        if report.skipped:
            reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else getattr(report, "wasxfail", ""))
            reason = reason.removeprefix("Skipped: ")
            if reason == _PYARROW:
                return Outcome(name, engine, result, False, _PYARROW)
            if hasattr(report, "wasxfail"):
                return Outcome(name, engine, result, False, "pandas itself fails the test (xfail)")
            reason = "a data file that the wheel lacks" if "Could not find" in reason else reason
            return Outcome(name, engine, result, True, line=reason)
        if call.when == "setup":
            return Outcome(name, engine, result, False, "its fixtures want packages that pandas' own developers have")
        if stand_in.calls == self._before:
            return Outcome(name, engine, result, False, "does not call read_csv, read_table or read_fwf")
        if report.passed:
            return Outcome(name, engine, result, True)
        if call.excinfo is None:  # it passes where pandas' own readers are expected to fail
            return Outcome(name, engine, result, False, "pandas itself fails the test (xfail)")
        error = call.excinfo.value
        line = next(iter(str(error).strip().splitlines()), "")
        return Outcome(
            name, engine, result, True, "", _kind(call.excinfo), f"{type(error).__name__}: {line}", report.longreprtext
        )


_PYARROW = "for engine='pyarrow', which has neither the arguments nor the dtypes of the others"


def _engine(item: pytest.Item) -> str:
    """Which of pandas' engines the test is for; 'c' where it names none."""
    if "test_read_fwf" in item.nodeid:
        return "fixed width"
    given = re.findall(r"\w+", item.name.partition("[")[2])
    return "python" if "python" in given or "python_parser_only" in getattr(item, "fixturenames", ()) else "c"


def _kind(excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    if "DID NOT RAISE" in str(excinfo.value):
        return "reads what pandas refuses"
    if isinstance(excinfo.value, _MissingWarning):
        return "another warning, or none"
    if any(str(entry.frame.f_globals.get("__name__")).startswith("lazyframe") for entry in excinfo.traceback):
        return "refuses what pandas reads, or refuses it in another class"
    if any(entry.frame.f_globals.get("__name__") == "pandas._testing.asserters" for entry in excinfo.traceback):
        return "another frame"
    if isinstance(excinfo.value, (AssertionError, Failed)):
        return "another answer than a frame: what the test finds inside pandas"
    return "another error, in the test itself"


class _MissingWarning(AssertionError):
    """A warning was expected and did not come, or another one came."""


def _raises(expected: Any, *args: Any, match: Any = None, **kwargs: Any) -> Any:
    return _RAISES(expected, *args, **kwargs)


@contextlib.contextmanager
def _produces(expected: Any, *args: Any, raise_on_extra_warnings: bool = True, **kwargs: Any) -> Iterator[Any]:
    kwargs |= {"match": None, "check_stacklevel": False, "raise_on_extra_warnings": False}
    failed: BaseException | None = None
    try:
        with _PRODUCES(expected, *args, **kwargs) as caught:
            try:
                yield caught
            except BaseException as error:
                failed = error
                raise
    except AssertionError as error:
        if failed is not None:
            raise failed from None
        raise _MissingWarning(*error.args) from None
    classes = expected if isinstance(expected, tuple) else (expected,) if expected else ()
    others = [one for one in caught if not issubclass(one.category, classes) and not _is_ours(one.category)]
    if raise_on_extra_warnings and others:
        raise _MissingWarning(f"other warnings: {[str(one.message) for one in others]}")


def _is_ours(category: type[Warning]) -> bool:
    """Whether it tells of something that only lazyframe tells of."""
    return category.__module__.startswith("lazyframe")
