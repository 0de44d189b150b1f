"""Finding the core, and saying why there is none."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fuzz import sanitized

from lazyframe.native import abi, library, scan

CORE = Path(library.__file__).parent / "core"


def test_a_file_that_is_no_library(tmp_path: Path) -> None:
    path = tmp_path / "_core.so"
    path.write_bytes(b"no library")
    with pytest.raises(OSError, match=r"_core\.so"):
        library.load(path)


def compiled(folder: Path, source: str) -> Path:
    compiler = shutil.which("g++")
    if compiler is None or sys.platform != "linux":
        pytest.skip("needs g++ on Linux")
    (folder / "other.cpp").write_text(source)
    path = folder / "_core.so"
    subprocess.run([compiler, "-std=c++17", "-shared", "-fPIC", str(folder / "other.cpp"), "-o", str(path)], check=True)
    return path


def test_a_library_of_something_else(tmp_path: Path) -> None:
    path = compiled(tmp_path, 'extern "C" int lf_something_else() { return 0; }')
    with pytest.raises(OSError, match="is no core of lazyframe"):
        library.load(path)


@pytest.mark.parametrize(
    ("number", "layout", "message"),
    [
        (abi.ABI - 1, abi.layout(), f"its border is {abi.ABI - 1}, ours {abi.ABI}"),
        (abi.ABI, [*abi.layout()[:-1], abi.layout()[-1] + 8], "its structs are not laid out as ours"),
        (abi.ABI, abi.layout()[:-1], "its structs are not laid out as ours"),
    ],
)
def test_a_core_of_other_sources_is_an_error(tmp_path: Path, number: int, layout: list[int], message: str) -> None:
    source = f"""
        extern "C" unsigned lf_abi() {{ return {number}; }}
        extern "C" unsigned lf_layout(unsigned *out, unsigned room) {{
            const unsigned layout[] = {{ {", ".join(map(str, layout))} }};
            for (unsigned i = 0; i < {len(layout)} && i < room; ++i) out[i] = layout[i];
            return {len(layout)};
        }}"""
    with pytest.raises(library.OutdatedCoreError, match=f"{message}. Install lazyframe-csv again"):
        library.load(compiled(tmp_path, source))


@pytest.mark.slow
def test_the_core_of_these_sources_is_loaded(tmp_path: Path) -> None:
    try:
        sanitized.build(tmp_path / "_core.so", "-O1")
    except RuntimeError as lacking:
        pytest.skip(str(lacking))
    assert library.load(tmp_path / "_core.so").lf_abi() == abi.ABI


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the core is looked for instead."""
    folder = tmp_path / "native"
    folder.mkdir()
    monkeypatch.setattr(library, "_HERE", folder)
    monkeypatch.setattr(library, "_DISTRIBUTION", "there-is-no-such-distribution")
    return folder


def found() -> library._Found:
    return library._find.__wrapped__()


def test_no_compiler_at_the_install(other: Path) -> None:
    assert found().library is None
    assert "not built when the package was installed, for want of a working C++ compiler" in found().why


def test_a_source_tree_without_a_core(other: Path) -> None:
    shutil.copytree(CORE, other / "core")
    assert found().why == f"the package was imported from a source tree, {other.parents[1]}, in which it was not built"
    assert f"pip install --editable {other.parents[1]}" in found().remedy


def test_a_core_that_cannot_be_loaded(other: Path) -> None:
    (other / f"_core{library.EXTENSION_SUFFIXES[0]}").write_bytes(b"of another machine")
    assert found().why.startswith("it could not be loaded: ")


@pytest.mark.skipif(not library.is_available(), reason="the core was not built")
def test_a_source_tree_takes_the_core_of_the_installed_package(
    other: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `pip install .` leaves them: in the tree a description without the core, found first, and the installed one."""
    name = "there-is-no-such-distribution"
    shutil.copytree(CORE, other / "core")
    left = tmp_path / "there_is_no_such_distribution.egg-info"
    left.mkdir()
    (left / "PKG-INFO").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
    (left / "SOURCES.txt").write_text("lazyframe/native/library.py\nlazyframe/native/core/api.h\n")
    core = library._find().library
    assert core is not None
    site = tmp_path / "site"
    (installed := site / "there_is_no_such_distribution-1.dist-info").mkdir(parents=True)
    (installed / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
    file = "lazyframe/native/_core.so"  # the core in use may be called otherwise
    (installed / "RECORD").write_text(f"lazyframe/native/library.py,,\n{file},,\n")
    (site / file).parent.mkdir(parents=True)
    shutil.copy(core._name, site / file)
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(site), *sys.path])
    assert found().library is not None
    assert Path(found().library._name) == site / file
    assert found().why == ""


def test_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = library._Found(None, "it was hidden")
    monkeypatch.setattr(library, "_find", lambda: missing)
    engine = library.engine.__wrapped__
    for name, expected in (("auto", "arrow"), ("arrow", "arrow"), ("pyarrow", "arrow"), ("pandas", "pandas")):
        monkeypatch.setenv("LAZYFRAME_ENGINE", name)
        assert engine() == expected
    monkeypatch.setenv("LAZYFRAME_ENGINE", "native")
    with pytest.raises(ValueError, match="there is no native engine, since it was hidden"):
        engine()
    monkeypatch.setenv("LAZYFRAME_ENGINE", "steam")
    with pytest.raises(ValueError, match="'steam' is no engine: it is one of native, arrow, pandas, auto"):
        engine()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """A function that asks for an instruction set, as the environment does."""

    def ask(name: str) -> None:
        monkeypatch.setenv("LAZYFRAME_SIMD", name)
        library.level.cache_clear()

    yield ask
    library.level.cache_clear()


@pytest.mark.skipif(not library.is_available(), reason="the core was not built")
@pytest.mark.parametrize("name", library.instruction_sets())
def test_the_instruction_set_is_the_one_that_is_asked_for(name: str, asked: Callable[[str], None]) -> None:
    asked(name)
    assert library.instruction_set() == name
    assert library.level() == abi.LEVELS[name]
    assert scan.count(b"a", ord(","), 1) == (1, 1)


@pytest.mark.skipif(not library.is_available(), reason="the core was not built")
@pytest.mark.parametrize(("name", "message"), [("sse9", "is no instruction set: it is"), ("neon", "does not have it")])
def test_an_instruction_set_that_is_not_there(name: str, message: str, asked: Callable[[str], None]) -> None:
    if name in library.instruction_sets():
        pytest.skip("this machine has it")
    asked(name)
    with pytest.raises(ValueError, match=message):
        scan.count(b"", ord(","), 1)
