"""The structs and numbers of the border are those of ``core/api.h``."""

from __future__ import annotations

import ctypes
import re
from pathlib import Path

import numpy as np
import pytest

from lazyframe.native import abi, library

HEADER = (Path(library.__file__).parent / "core" / "api.h").read_text("utf-8")
has_core = pytest.mark.skipif(not library.is_available(), reason="the core was not built")


def numbers() -> dict[str, int]:
    """The numbers that the header names."""
    text = re.sub(r"/\*.*?\*/", "", HEADER, flags=re.DOTALL)
    found = {name: int(value) for name, value in re.findall(r"#define LF_(\w+) \(?(-?\d+)\)?", text)}
    for listed in re.findall(r"enum \w*\s*\{(.*?)\}", text, re.DOTALL):
        found |= {name: int(value) for name, value in re.findall(r"LF_(\w+) = (-?\d+)", listed)}
    return found


def test_the_numbers_are_those_of_the_header() -> None:
    found = numbers()
    names = {
        *("ABI", "DONE", "NEED_MORE", "CAPACITY", "FULL", "MISFIT", "INVALID", "INT64", "FLOAT64", "BOOL", "CODED", "TEXT"),
        *("TIME", "CHECKED", "NULLABLE", "DIGITS", "SCRATCH", "REFUSED", "DAYS_ONLY", "SPECIALS"),
        *(name for name in vars(abi) if name.startswith("WRITE_")),
    }
    assert {name: getattr(abi, name) for name in names} == {name: found.get(name) for name in names}
    assert {f"LF_{name.upper()}" for name in abi.LEVELS} - {"LF_AUTO"} == {"LF_SCALAR", "LF_NEON", "LF_AVX2", "LF_AVX512"}
    assert all(found[name.upper()] == number for name, number in abi.LEVELS.items() if name != "auto")
    assert found["BEST"] == abi.LEVELS["auto"]


@pytest.mark.parametrize("struct", abi.STRUCTS, ids=lambda struct: struct.__name__)
def test_the_members_stand_in_the_order_of_the_header(struct: type[ctypes.Structure]) -> None:
    text = re.sub(r"/\*.*?\*/", "", HEADER, flags=re.DOTALL)
    name = {"ColumnStruct": "column", "RequestStruct": "request", "Result": "result"}.get(struct.__name__)
    name = name or {"WrittenStruct": "written", "WritingStruct": "writing"}[struct.__name__]
    body = re.search(rf"typedef struct lf_{name} \{{(.*?)\}} lf_{name};", text, re.DOTALL)
    assert body is not None
    members = [re.search(r"(\w+)(\[\w+\])?$", line.strip()).group(1) for line in body[1].split(";") if line.strip()]  # type: ignore[union-attr]
    assert [member for member, *_ in struct._fields_] == members


@has_core
def test_the_library_lays_them_out_alike() -> None:
    ours = abi.layout()
    theirs = np.zeros(len(ours) + 8, np.uint32)
    count = library.loaded().lf_layout(theirs.ctypes.data_as(ctypes.POINTER(ctypes.c_uint32)), len(theirs))
    assert theirs[:count].tolist() == ours
    assert library.loaded().lf_abi() == abi.ABI


def test_a_layout_has_the_size_and_the_offsets_of_each_struct() -> None:
    assert len(abi.layout()) == sum(1 + len(struct._fields_) for struct in abi.STRUCTS)
    assert abi.layout()[0] == ctypes.sizeof(abi.ColumnStruct)
    assert abi.layout()[1:3] == [0, 4]


def test_a_request_knows_the_structs_of_its_caller() -> None:
    request = abi.request(delimiter=ord(";"), width=3)
    sizes = (request.request_size, request.column_size, request.result_size)
    assert sizes == tuple(map(ctypes.sizeof, (abi.RequestStruct, abi.ColumnStruct, abi.Result)))
    assert (request.delimiter, request.width, request.data, request.at_end) == (ord(";"), 3, None, 0)


@has_core
def test_a_caller_with_other_structs_is_refused() -> None:
    for member in ("request_size", "column_size", "result_size"):
        request, result = abi.request(delimiter=ord(",")), abi.Result()
        setattr(request, member, getattr(request, member) + 8)
        library.loaded().lf_count(ctypes.byref(request), ctypes.byref(result))
        assert result.reason == abi.INVALID
