"""The command, as a script and as `python -m dedupe`. Nothing is imported here that takes time."""

import os
import signal

CANNOT, INTERRUPTED = 2, 130


def main() -> None:
    """Run the command line and exit. Until it can answer Ctrl-C in its own way, this ends the process at once."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not ignored, as in the background of a script
        signal.signal(signal.SIGINT, _interrupted)
    try:
        from dedupe.cli.process import run
    except Exception as error:  # not all of it is installed, or there is no memory for it
        hint = "" if type(error).__name__ == "MixedError" else ": install corpus-dedupe again"
        os.write(2, f"error: dedupe cannot be loaded: {error}{hint}\n".encode())
        os._exit(CANNOT)
    run("dedupe")


def _interrupted(*_: object) -> None:
    # Libraries that are just imported catch an exception, or tell it as their own.
    os.write(2, b"interrupted\n")
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
