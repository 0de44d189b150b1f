from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from lazyframe.kernels.room import factorize

LIMITED = """
import resource, numpy as np, pandas as pd
from lazyframe.kernels.room import factorize
values = np.arange(4_000_000)[::-1].copy()
used = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmSize")) * 1024
for more in range(0, 400, 20):
    resource.setrlimit(resource.RLIMIT_AS, (used + more * 2**20, resource.RLIM_INFINITY))
    try:
        factorize(values)
    except MemoryError:
        print("refused")
    else:
        print("done")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a limit of the address space")
def test_no_room_is_an_error_and_no_crash():
    ran = subprocess.run([sys.executable, "-c", LIMITED], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    said = ran.stdout.split()
    assert said[0] == "refused"
    assert said[-1] == "done"


@pytest.mark.parametrize("values", [np.array([3.0, np.nan, 3.0]), pd.array([1, None, 1])])
def test_what_is_numbered_is_as_in_pandas(values):
    for options in ({}, {"use_na_sentinel": False}):
        for got, want in zip(factorize(values, **options), pd.factorize(values, **options), strict=True):
            assert type(got) is type(want)
            np.testing.assert_array_equal(got, want)
