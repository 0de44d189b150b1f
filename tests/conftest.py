"""Settings for all tests."""

from __future__ import annotations

from hypothesis import settings

# A busy machine must not fail a test: how long an example takes is no promise of ours. pytest's own timeout remains.
settings.register_profile("lazyframe", deadline=None)
settings.load_profile("lazyframe")
