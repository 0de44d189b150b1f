"""`make faults` itself: it runs, tells what it saw, and knows a fault when there is one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the campaign needs Linux")

TESTS = Path(__file__).parent


def campaign(text):
    return subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, cwd=TESTS, timeout=200, check=False)


def test_the_quick_kinds_find_nothing():
    ran = campaign(
        "import sys; sys.argv[1:] = ['--only', 'forks', '--seed', '1']; import faults.__main__ as m; sys.exit(m.main())"
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "0 findings in" in ran.stdout


def test_a_fault_is_a_finding():
    ran = campaign(
        "import sys; sys.argv[1:] = ['--only', 'broken']\n"
        "import faults.__main__ as m; from faults.cases import KINDS; from faults.trial import expect\n"
        "KINDS['broken'] = lambda place: iter([('all', lambda: expect(False, 'it is broken', 7)), ('one', lambda: 'done')])\n"
        "sys.exit(m.main())"
    )
    assert ran.returncode == 1, ran.stderr
    assert "broken, all: it is broken: 7" in ran.stdout
    assert "1 FINDING, 1 done" in ran.stdout
