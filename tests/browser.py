"""A headless Chromium, where one is installed: what it makes of a page."""

from __future__ import annotations

import html.parser
import shutil
import subprocess
from pathlib import Path

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
in_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
_QUIET = ["--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


class Tags(html.parser.HTMLParser):
    """The tags of a page, with their attributes."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    @classmethod
    def of(cls, text):
        tags = cls()
        tags.feed(text)
        return tags.found


def run(address: str, folder: Path, *options: str) -> bytes:
    """What the browser prints of the page at an address."""
    assert CHROMIUM is not None
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", *_QUIET]
    command += [f"--user-data-dir={folder / 'browser'}", "--window-size=1200,900", *options, address]
    return subprocess.run(command, capture_output=True, timeout=240, check=True).stdout


def dom(address: str, folder: Path, *options: str) -> str:
    """The page at an address as it is after its scripts have run."""
    return run(address, folder, *options, "--dump-dom").decode()
