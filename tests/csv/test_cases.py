"""The files of ``cases/``: each is read as pandas reads it, cut at every byte, by every engine, serially and in threads."""

from __future__ import annotations

import io
import re
import runpy
import warnings
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import lazyframe as lf

FOLDER = Path(__file__).with_name("cases")
MANIFEST = runpy.run_path(str(FOLDER / "manifest.py"))
CASES: dict[str, dict[str, Any]] = MANIFEST["CASES"]
REFUSED: dict[str, str] = MANIFEST["REFUSED"]

# A block of one byte cuts a file at every place where it can be cut; the other sizes are shared out among the engines,
# and where an engine has several shares, among the cases, for every block costs some time.
SIZES = {
    "native": [[("sync", 1), ("threads", 3)], [("sync", 1), ("sync", None)]],
    "arrow": [[("sync", 2)], [("threads", None)]],
    "pandas": [[("threads", None)], [("sync", 7)]],
}
WHOLE = {"low_memory": False}
_LARGE = 1000  # bytes: such a file is cut into so many blocks instead

pytestmark = [
    pytest.mark.filterwarnings("ignore::lazyframe.csv.errors.DtypePromotionWarning"),
    pytest.mark.filterwarnings("ignore::lazyframe.csv.errors.DialectWarning"),
    pytest.mark.filterwarnings("ignore::pandas.errors.ParserWarning"),
]


def of_pandas(name: str) -> pd.DataFrame | Exception:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # The engine of pandas that takes these arguments does not take that one.
        separator = CASES[name].get("sep", ",")
        python = {"skipfooter", "converters"} & set(CASES[name]) or separator is None or len(separator.encode()) > 1
        fitting = {} if python else WHOLE
        try:
            return pd.read_csv(io.BytesIO((FOLDER / f"{name}.csv").read_bytes()), **fitting, **CASES[name])
        except Exception as error:
            return error


def of_ours(name: str, blocksize: int | None, scheduler: str) -> pd.DataFrame | Exception:
    try:
        frame: pd.DataFrame = lf.read_csv(FOLDER / f"{name}.csv", blocksize=blocksize, **CASES[name]).compute(scheduler=scheduler)
    except (ValueError, TypeError) as error:  # CSVError is a ValueError; anything else would be a traceback from the depths
        return error
    return frame


EACH = [pytest.param(name, marks=[pytest.mark.thorough] if number % 10 else []) for number, name in enumerate(CASES)]


@pytest.mark.parametrize("name", EACH)
def test_the_same_frame_or_both_raise(name: str, engine: str) -> None:
    expected = of_pandas(name)
    size = (FOLDER / f"{name}.csv").stat().st_size
    shares = SIZES[engine]
    for scheduler, blocksize in shares[list(CASES).index(name) % len(shares)]:
        if blocksize is not None:
            blocksize *= 1 + size // _LARGE * 20
        got = of_ours(name, blocksize, scheduler)
        where = f"{name}, blocksize {blocksize}, {scheduler}"
        if name in REFUSED:
            assert not isinstance(expected, Exception), f"{where}: pandas refuses it as well; take it out of REFUSED"
            assert isinstance(got, Exception), f"{where}: this is read now; take it out of REFUSED"
            assert REFUSED[name] in str(got), where
            continue
        if isinstance(expected, Exception):
            assert isinstance(got, Exception), f"{where}: pandas says {expected!r}, we give {got!r}"
            assert re.search(r"\w{3,}.* \w{2,}", str(got)), where
            continue
        assert not isinstance(got, Exception), f"{where}: {got!r}"
        pd.testing.assert_frame_equal(got, expected, check_exact=True, obj=where)


def test_every_file_has_its_line_and_every_line_its_file() -> None:
    assert len(CASES) >= 200
    assert {path.stem for path in FOLDER.glob("*.csv")} == set(CASES)
    assert set(REFUSED) <= set(CASES)
