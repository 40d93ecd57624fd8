"""What all other packages need. It is loaded first, so it is the place that reports a broken installation.

PyPI has another project that is imported as `dedupe`. Installed in one environment, the two overwrite each other's
files, and uninstalling one removes files of the other.
"""

from __future__ import annotations

import os
import sys

THEIRS = ("labeler.py", "training.py", "predicates.py")


class MixedError(ImportError):
    """Files of both projects are in one folder, or were removed from it; the message says how to repair that."""


def _check_alone() -> None:
    folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if any(os.path.exists(os.path.join(folder, name)) for name in THEIRS):
        found = f"files of another project that is called dedupe on PyPI are among those of corpus-dedupe in {folder}"
    elif not os.path.exists(os.path.join(folder, "__init__.py")):
        found = f"{folder} has no __init__.py: another project that is called dedupe on PyPI may have taken it along"
    else:
        return
    # In English, because the catalogue is one of the files that the other project may have overwritten.
    message = (
        f"{found}: run `{sys.executable} -m pip uninstall -y dedupe corpus-dedupe`, then install corpus-dedupe again; "
        "keep the two in environments of their own"
    )
    raise MixedError(message)


_check_alone()
