"""What the figures belong to."""

from __future__ import annotations

from importlib.metadata import version

from benchmarks import machine


def test_versions():
    found = machine.versions()
    assert found["pandas"] == version("pandas")
    assert found["Python"].count(".") == 2


def test_describe():
    found = machine.describe()
    assert int(found["cores"]) >= 1
    assert found["memory"].endswith(" GiB")
    assert all(found.values())


def test_outside_git_the_commit_is_unknown(monkeypatch, tmp_path):
    monkeypatch.setattr(machine, "ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert machine.commit() == "unknown"
