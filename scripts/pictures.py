"""Make the pictures of the documentation anew: `make pictures`. It needs Chromium, and the flights data (`make flights`)."""

from __future__ import annotations

import contextlib
import html
import io
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from PIL import Image

import lazyframe as lf
from lazyframe.diagnostics import progress
from lazyframe.diagnostics.counting import Snapshot

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
DATA = ROOT / "data" / "nycflights"
LARGEST = 150_000
"""Bytes that a picture may have."""

SNAPSHOT = Snapshot("scan+mean", 14, 38, 5 * 10**8, 12 * 10**8, 1.6, 14, 30)
"""How far the query is of which bars are shown."""

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)


def photograph(address: str, name: str, width: int, height: int, *options: str) -> None:
    """The page at an address as a picture of so many pixels, in few colours."""
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory() as folder:
        taken = Path(folder, "taken.png")
        command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"]
        command += [f"--user-data-dir={folder}/browser", f"--window-size={width},{height}", "--virtual-time-budget=4000"]
        subprocess.run([*command, *options, f"--screenshot={taken}", address], check=True, capture_output=True, timeout=600)
        picture = Image.open(taken).convert("RGB").quantize(64, dither=Image.Dither.NONE)
    stream = io.BytesIO()
    picture.save(stream, "PNG", optimize=True)
    if len(stream.getvalue()) > LARGEST:
        raise SystemExit(f"{name} has {len(stream.getvalue()):,} bytes: cut it down.")
    (PICTURES / name).write_bytes(stream.getvalue())
    print(f"{name}: {len(stream.getvalue()):,} bytes")


def flights() -> Any:
    """All flights, in enough partitions to see something."""
    return lf.read_csv(f"{DATA}/*.csv", blocksize="1MB")


def profile(df: Any, folder: Path) -> None:
    """The page of a profile."""
    with lf.profile(interval=0.01) as recorded:
        df[df.Distance > 500].groupby("Origin").DepDelay.mean().compute(num_workers=2)
        df.sort_values("DepDelay").head(10).compute(num_workers=2)
    photograph(recorded.report(folder / "report.html").as_uri(), "profile.png", 1100, 760)


def half_done(told: Any) -> None:
    """A query that waits, and a dashboard; a program of its own, since the browser's memory would be counted too."""
    warnings.simplefilter("ignore")
    df = flights()
    gate, lock, begun = threading.Event(), threading.Lock(), [0]

    def longest(part: Any) -> Any:
        with lock:
            begun[0] += 1
            number = begun[0]
        if number > df.npartitions * 0.6:
            gate.wait(600)
        return part[["Distance"]].head(1)

    with lf.dashboard(interval=0.05) as board:
        df[df.Distance > 500].groupby("Origin").DepDelay.mean().compute(num_workers=2)
        slow = df.map_partitions(longest, meta={"Distance": "int64"})
        running = threading.Thread(target=lambda: slow.compute(scheduler="threads", num_workers=2))
        running.start()
        told.send(board.url)
        told.recv()
        gate.set()
        running.join()


def dashboard() -> None:
    """The dashboard, with a query that is half done."""
    spawn = get_context("spawn")
    ours, theirs = spawn.Pipe()
    program = spawn.Process(target=half_done, args=(theirs,))
    program.start()
    photograph(ours.recv(), "dashboard.png", 1100, 900)
    ours.send("over")
    program.join()


def notebook(df: Any, folder: Path) -> None:
    """A frame and a bar as a notebook shows them, on light and on dark ground."""

    class Handle:
        html = ""

        def update(self, data: dict[str, str], raw: bool) -> None:
            self.html = data["text/html"]

    bar, handle = object.__new__(progress._Notebook), Handle()
    bar._handle = handle
    bar.show(SNAPSHOT)
    chosen = df[df.DepDelay > 0][["Year", "Month", "UniqueCarrier", "Origin", "Dest", "Distance", "DepDelay"]]
    shown = chosen._repr_html_().replace(f"{DATA.parent}/", "")
    for name, ground in (("light", "#ffffff; color: #1f1f1f"), ("dark", "#111111; color: #e0e0e0")):
        page = folder / f"{name}.html"
        style = f"font: 14px system-ui, sans-serif; margin: 16px; background: {ground}; color-scheme: {name}"
        scheme = f"<style>body {{ {style} }}</style>"
        page.write_text(f'<!DOCTYPE html><meta charset="utf-8">{scheme}{shown}<br>{handle.html}', encoding="utf-8")
        photograph(page.as_uri(), f"notebook-{name}.png", 860, 340)


def plan(folder: Path) -> None:
    """The plan of the query of docs/start.md, over the two small files that it reads."""
    shutil.copytree(ROOT / "data" / "sample", folder / "flights")
    with contextlib.chdir(folder):
        df = lf.read_csv("flights/*.csv")
        df[df.Distance > 1000].groupby("Origin").DepDelay.mean().visualize(PICTURES / "plan.svg")


class Terminal(io.StringIO):
    """What is drawn over what, as a terminal shows it in the end."""

    def isatty(self) -> bool:
        return True

    def seen(self) -> str:
        """The line that stands there."""
        return re.sub(r"\x1b\[\w+", "", self.getvalue()).strip("\r\n").split("\r")[-1]


def bar(folder: Path) -> None:
    """The bar of a terminal, under the line that it is shown for."""
    terminal = Terminal()
    display = progress.ProgressBar(out=terminal).display()
    display.show(SNAPSHOT)
    written = '>>> df.groupby("Origin").DepDelay.mean().compute()'
    style = "font: 14px/1.5 monospace; margin: 0; padding: 12px 16px; background: #1e1e1e; color: #d4d4d4"
    page = folder / "bar.html"
    text = f"{html.escape(written)}\n{html.escape(terminal.seen())}"
    page.write_text(f'<!DOCTYPE html><meta charset="utf-8"><body style="margin: 0"><pre style="{style}">{text}</pre>', "utf-8")
    photograph(page.as_uri(), "bar.png", 860, 66)


def main() -> None:
    """Make all of them, or those that are named."""
    warnings.simplefilter("ignore")
    PICTURES.mkdir(exist_ok=True)
    made: dict[str, Callable[[Path], None]] = {
        "plan": plan,
        "bar": bar,
        "profile": lambda folder: profile(flights(), folder),
        "dashboard": lambda _: dashboard(),
        "notebook": lambda folder: notebook(flights(), folder),
    }
    wanted = sys.argv[1:] or list(made)
    if unknown := set(wanted) - set(made):
        raise SystemExit(f"There is no picture {', '.join(sorted(unknown))}: there are {', '.join(made)}.")
    if CHROMIUM is None and set(wanted) != {"plan"}:
        raise SystemExit("This needs Chromium. On Debian and Ubuntu: apt-get install chromium")
    if not DATA.is_dir() and set(wanted) - {"plan", "bar"}:
        raise SystemExit("This needs the flights data: make flights")
    for name in wanted:
        with tempfile.TemporaryDirectory() as folder:
            made[name](Path(folder))


if __name__ == "__main__":
    main()
