"""What pytest is told: import lazyframe in the place of `dask.dataframe`, and remember what became of each test.

It is loaded by its name, also by the workers of `pytest -n`, whose outcomes come home with their reports.
"""

from __future__ import annotations

import contextlib
import dataclasses
import linecache
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from _pytest.outcomes import Failed
from dask_tests import rules, stand_in

PASSED, FAILED, SKIPPED, NOT_OURS = "passed", "failed", "skipped", "not ours"
_XFAIL = "is one that Dask itself fails (xfail)"
_RAISES = pytest.raises
_WARNS = pytest.warns


@dataclass(frozen=True)
class Outcome:
    """What became of a test.

    Parameters
    ----------
    name : str
        As in ``tests/test_dataframe.py::test_x[1]``.
    area : str
        What it is about.
    is_core : bool
        Whether that is of the core.
    result : str
        ``passed``, ``failed``, ``skipped`` or ``not ours``.
    kind : str
        What sort of failure it is; of what passed, whether only after sorting.
    line, text : str
        The error's class and first line, or why it was skipped; and all of it.
    """

    name: str
    area: str
    is_core: bool
    result: str
    kind: str = ""
    line: str = ""
    text: str = ""


outcomes: list[Outcome] = []
"""Of all tests, where pytest was started."""


def pytest_configure() -> None:
    stand_in.install()
    pytest.raises = _raises  # type: ignore[assignment]
    pytest.warns = _warns  # type: ignore[assignment]


def pytest_unconfigure() -> None:
    stand_in.remove()
    pytest.raises = _RAISES
    pytest.warns = _WARNS


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--variants", type=int, default=0, help="so many of the parameters of each test, spread over them all")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("variants"):
        items[:] = _spread(items, config.getoption("variants"))
    for item in items:
        name = getattr(item, "originalname", None) or item.name
        reason = rules.not_ours(Path(item.path), name)
        if reason is not None:
            item.add_marker(pytest.mark.skip(reason=f"{NOT_OURS}: {reason}"))


def _spread(items: list[pytest.Item], variants: int) -> list[pytest.Item]:
    """At most so many items of each test."""
    of: dict[str, list[pytest.Item]] = {}
    for item in items:
        of.setdefault(item.nodeid.partition("[")[0], []).append(item)
    steps = {name: -(-len(found) // variants) for name, found in of.items()}
    return [item for name, found in of.items() for item in found[:: steps[name]]]


def pytest_collection_finish() -> None:
    stand_in.is_collecting = False


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[pytest.TestReport]:
    report: pytest.TestReport = yield
    if call.when == "call" or (call.when == "setup" and not report.passed):
        report.user_properties.append(("outcome", dataclasses.asdict(_outcome(item, call, report))))
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if hasattr(report, "node") or not _is_worker():  # of a worker, or of this process where there is none
        outcomes.extend(Outcome(**found) for key, found in report.user_properties if key == "outcome")
        report.user_properties = [one for one in report.user_properties if one[0] != "outcome"]


def _is_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


def _outcome(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> Outcome:
    name = item.nodeid.partition("dask/")[2] or item.nodeid
    file, _, test = name.partition("::")
    area = rules.area_of(file, test)
    about: tuple[str, str, bool] = (name, area.name, area.is_core)
    if report.skipped:
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else "").removeprefix("Skipped: ")
        if reason.startswith(NOT_OURS):
            return Outcome(*about, NOT_OURS, line=reason.removeprefix(f"{NOT_OURS}: "))
        if hasattr(report, "wasxfail"):
            return Outcome(*about, NOT_OURS, line=_XFAIL)
        return Outcome(*about, SKIPPED, line=reason)
    if hasattr(report, "wasxfail"):
        return Outcome(*about, NOT_OURS, line=_XFAIL)
    if report.passed:
        return Outcome(*about, PASSED)
    if (
        call.excinfo is not None
        and "DID NOT RAISE" in str(call.excinfo.value)
        and "NotImplementedError" in str(call.excinfo.value)
    ):
        return Outcome(*about, NOT_OURS, line="expects that Dask has not implemented what is offered here")
    if call.excinfo is None:
        return Outcome(*about, NOT_OURS, line=_XFAIL)
    error = call.excinfo.value
    if isinstance(error, stand_in.OrderError):
        return Outcome(*about, PASSED, ORDER)
    line = next(iter(str(error).strip().splitlines()), "")
    return Outcome(*about, FAILED, kind_of(call.excinfo), f"{type(error).__name__}: {line}", report.longreprtext)


ANSWER, ORDER, REFUSED, BARE, TAKEN, WARNING, OTHER = (
    "another answer",
    "the same rows in another order",
    "refuses, and says what and why",
    "an error from the depths",
    "takes what Dask refuses",
    "another warning, or none",
    "fails in the test itself",
)


def kind_of(excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    """What sort of failure an error is."""
    error, entries = excinfo.value, list(excinfo.traceback)
    modules = [str(entry.frame.f_globals.get("__name__")) for entry in entries]
    if isinstance(error, stand_in.OrderError):
        return ORDER
    if isinstance(error, Failed):
        return TAKEN if "DID NOT RAISE" in str(error) else WARNING
    if isinstance(error, AssertionError) and "dask_tests.stand_in" in modules:
        return ANSWER
    if not any(module.startswith("lazyframe") for module in modules):
        return REFUSED if _is_missing_name(error) else OTHER
    last = entries[-1]
    line = linecache.getline(str(last.path), last.lineno + 1).strip()
    if modules[-1].startswith("lazyframe") and (line.startswith("raise") or _raises_over_lines(last)):
        return REFUSED
    return BARE


def _is_missing_name(error: BaseException) -> bool:
    return isinstance(error, AttributeError) and "lazyframe" in str(error)


def _raises_over_lines(entry: Any) -> bool:
    with contextlib.suppress(IndexError):  # the file has changed since it was loaded
        return str(entry.statement).strip().startswith("raise")
    return False


def _raises(expected: Any, *args: Any, match: Any = None, **kwargs: Any) -> Any:
    return _RAISES(expected, *args, **kwargs)


def _warns(expected: Any = Warning, *args: Any, match: Any = None, **kwargs: Any) -> Any:
    if expected is UserWarning:  # what Dask says of the meta that it guesses, which nobody has to guess here
        return contextlib.nullcontext([])
    return _WARNS(expected, *args, **kwargs)
