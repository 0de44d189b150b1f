"""Settings for all tests."""

from __future__ import annotations

from effort import PROFILE, examples
from hypothesis import settings
from spilled import tiny

__all__ = ["tiny"]

collect_ignore = ["pandas_parser"]  # a tool: `make pandas-tests`

# A busy machine must not fail a test: how long an example takes is no promise of ours. pytest's own timeout remains.
# The examples are the same in each run, so that a change is judged and not luck; `make slow` tries more of these, and
# `make explore` looks for new ones.
settings.register_profile("same", deadline=None, derandomize=True, max_examples=examples(50))
settings.register_profile("full", deadline=None, derandomize=True, max_examples=examples(50))
settings.register_profile("explore", deadline=None, max_examples=examples(100))
settings.load_profile(PROFILE)
