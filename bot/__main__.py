"""The process: a command is run, and what stops it is said in one clear sentence."""

import sys

from bot.console import explain
from bot.footprint import leave_out


def main(arguments: list[str] | None = None) -> int:
    """0: done; 1: it failed; 2: the input or the surroundings are wrong."""
    leave_out()
    from bot.cli import app

    try:
        app(args=arguments, prog_name="python -m bot", standalone_mode=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except Exception as error:
        said = explain(error)
        if said is None:
            raise
        sys.stderr.write(f"{said}\n")
        return said.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
