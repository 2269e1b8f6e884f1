"""The conversation: what a person reads and taps, and the process that carries it."""

__version__ = "0.1.0"
