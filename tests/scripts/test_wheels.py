"""What tries the wheels: which Pythons it finds, and that a trial that fails is told."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def wheels():
    spec = importlib.util.spec_from_file_location("wheels", ROOT / "scripts" / "wheels.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_python_says_its_version(wheels):
    assert wheels.version(sys.executable).startswith(f"{sys.version_info.major}.{sys.version_info.minor}")


def test_pythons_that_are_too_old_or_do_not_run_are_left_out(wheels, monkeypatch, tmp_path):
    for name, text in (
        ("python3.10", "#!/bin/sh\necho 3.10\n"),
        ("python3.99", "#!/bin/sh\nexit 1\n"),
        ("python3.98", "#!/bin/sh\necho 3.98\n"),
    ):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("HOME", str(tmp_path))
    found = wheels.pythons()
    assert str(tmp_path / "python3.98") in found
    assert sys.executable in found
    assert not {str(tmp_path / "python3.10"), str(tmp_path / "python3.99")} & set(found)


def test_a_package_that_does_not_install_has_failed(wheels, tmp_path, capsys):
    bad = tmp_path / "bad-1.0-py3-none-any.whl"
    bad.write_bytes(b"no wheel")
    assert not wheels.trial(sys.executable, bad, "native", {})
    assert "FAILED" in capsys.readouterr().out


def test_the_query_of_a_trial_runs_here(wheels):
    from lazyframe.native.library import engine

    done = wheels.subprocess.run([sys.executable, "-c", wheels.SMOKE, engine()], capture_output=True, text=True, check=False)
    assert done.stdout.split() == [engine()], done.stderr


@pytest.mark.parametrize("address", ["", "https://example.org/lazyframe"])
def test_a_package_tells_the_address_of_its_repository(wheels, tmp_path, address):
    if not (ROOT / ".git").exists():
        pytest.skip("no repository")
    sources = wheels.prepared(tmp_path, address)
    readme = (sources / "README.md").read_text("utf-8")
    targets = re.findall(r"\]\(([^)]+)\)", readme)
    assert all(target.startswith(("https:", "#")) for target in targets)
    assert any(target.startswith(f"{address}/raw/main/") for target in targets) == bool(address)
    with (sources / "pyproject.toml").open("rb") as file:
        urls = tomllib.load(file)["project"].get("urls", {})
    assert (urls.get("Source") == address) == bool(address)
    assert (sources / "lazyframe" / "native" / "core" / "scan.cpp").exists()
