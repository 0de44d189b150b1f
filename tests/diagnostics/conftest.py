"""Makes the task functions of the executors' tests importable here, and in worker processes too."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "executors"))
