"""The experiments' helpers are imported by name, as experiments import them."""

import sys
from pathlib import Path

HERE = str(Path(__file__).parents[2] / "build_figures")
if HERE not in sys.path:
    sys.path.append(HERE)
