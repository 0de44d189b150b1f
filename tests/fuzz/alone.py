"""`make neon`: the core and its slow twin in one program (alone.cpp), for this machine, and for aarch64 under qemu."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from fuzz import sanitized, twin

from lazyframe.native import abi

HERE = Path(__file__).parent
FLAGS = ("-std=c++17", "-O3", f"-I{sanitized.CORE}", f"-I{HERE}")
CROSS, EMULATOR = "aarch64-linux-gnu-g++", "qemu-aarch64"
PACKAGES = "apt-get install g++-aarch64-linux-gnu qemu-user"


def build(command: str, path: Path, *flags: str) -> Path:
    """Compile the program with a compiler."""
    sources = [HERE / "alone.cpp", *sanitized.sources()]
    subprocess.run([command, *FLAGS, *flags, *map(str, sources), "-o", str(path)], check=True)
    return path


def emulator() -> str | None:
    """What runs programs of aarch64 here; None where it, or the compiler for them, is not installed."""
    found = [shutil.which(name) for name in (EMULATOR, f"{EMULATOR}-static")]
    return next(filter(None, found), None) if shutil.which(CROSS) else None


def ran(command: Sequence[str], seed: int, rounds: int) -> list[str]:
    """What the program says of so many rounds, line by line.

    Raises
    ------
    RuntimeError
        The core and its twin differ, or the structs are not laid out as the binding has them.
    """
    done = subprocess.run([*command, str(seed), str(rounds)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[-1]} {seed} {rounds}: {done.stdout}{done.stderr}")
    layout = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    if list(map(int, layout)) != abi.layout():
        raise RuntimeError(f"{command[-1]}: the structs are laid out in another way than the binding has them: {layout}")
    return done.stdout.splitlines()


def main() -> int:
    parser = argparse.ArgumentParser(prog="make neon", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="how often, each time with other texts")
    parser.add_argument("--rounds", type=int, default=4000, help="texts a time")
    given = parser.parse_args()
    runner, here = emulator(), twin.compiler()
    if runner is None or here is None:
        print(f"This needs a C++ compiler, {CROSS} and {EMULATOR}. On Debian and Ubuntu: {PACKAGES}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        native = [str(build(here, Path(folder, "here")))]
        neon = [runner, str(build(CROSS, Path(folder, "aarch64"), "-static"))]
        for seed in range(1, given.seeds + 1):
            try:
                of_here, of_neon = ran(native, seed, given.rounds), ran(neon, seed, given.rounds)
            except RuntimeError as error:
                print(error, file=sys.stderr)
                return 1
            print(f"seed {seed}: {of_neon[1]}")
            if of_neon[0] != f"best instruction set: {abi.LEVELS['neon']}" or of_neon[2] != of_here[2]:
                print(f"here: {of_here}\naarch64: {of_neon}", file=sys.stderr)
                return 1
    print("NEON and scalar code of aarch64 do what the slow twin does; numbers, hashes, groups and writing do what they do here.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
