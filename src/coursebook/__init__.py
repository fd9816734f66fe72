"""coursebook: static course sites on which every figure and every number regenerates."""

__version__ = "0.1.0"
