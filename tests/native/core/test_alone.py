"""The core and its slow twin as a program: on this machine, and as code for aarch64 where that can be run."""

from __future__ import annotations

import pytest
from fuzz import alone, sanitized, twin

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(twin.compiler() is None, reason="there is no C++ compiler for the program"),
]


def test_the_program_compares(tmp_path):
    best, compared, digests = alone.ran([str(alone.build(twin.compiler(), tmp_path / "here"))], 1, 500)
    answers, records, refusals = (int(word) for word in compared.split() if word.isdecimal())
    assert min(answers, records // 10, refusals) > 100, "both sides: a comparison of refusals alone says little"
    assert best.startswith("best instruction set: ")
    assert digests.startswith("digests: ")


def test_a_fault_is_seen(tmp_path, monkeypatch):
    core = tmp_path / "core"
    core.mkdir()
    for file in sanitized.CORE.iterdir():
        (core / file.name).write_bytes(file.read_bytes())
    right = (core / "classify.hpp").read_text()
    wrong = right.replace("0x0102040810204080ull >> 56", "0x0102040810204080ull >> 57")
    assert wrong != right
    (core / "classify.hpp").write_text(wrong)
    monkeypatch.setattr(sanitized, "CORE", core)
    monkeypatch.setattr(alone, "FLAGS", ("-std=c++17", "-O1", f"-I{core}", f"-I{alone.HERE}"))
    with pytest.raises(RuntimeError, match=r"level 1: .* differs in a text of"):
        alone.ran([str(alone.build(twin.compiler(), tmp_path / "wrong"))], 1, 2000)


@pytest.mark.skipif(alone.emulator() is None, reason=f"no {alone.CROSS} or no {alone.EMULATOR}: {alone.PACKAGES}")
def test_aarch64(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["neon", "--seeds", "1", "--rounds", "300"])
    assert alone.main() == 0
    assert "NEON and scalar code of aarch64" in capsys.readouterr().out
