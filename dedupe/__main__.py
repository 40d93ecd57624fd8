"""`python -m dedupe` is the command."""

from dedupe.cli.main import main

if __name__ == "__main__":
    main(prog_name="dedupe")
