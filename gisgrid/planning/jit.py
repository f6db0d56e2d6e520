"""Just-in-time compilation, cached on disk: paid once a machine, not once a run."""

from __future__ import annotations

import getpass
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core import config

F = TypeVar("F", bound=Callable[..., Any])


def _can_write(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _choose_cache() -> None:
    """Point Numba at a folder it can write, unless NUMBA_CACHE_DIR already does.

    Numba itself tries the package's folder, then the user's cache, and refuses to import a
    cached function when neither can be written (a service account without a home).
    """
    if config.CACHE_DIR or _can_write(Path(__file__).parent / "__pycache__"):
        return
    try:
        home = Path.home() / ".cache" / "numba"
    except RuntimeError:
        home = None
    if home is None or not _can_write(home):
        folder = Path(tempfile.gettempdir()) / f"gisgrid-numba-{getpass.getuser()}"
        config.CACHE_DIR = str(folder)


_choose_cache()


def compiled(function: F) -> F:
    """`function` compiled by Numba on first call, and kept on disk for the next process."""
    fast: F = numba.njit(cache=True, error_model="numpy")(function)
    return fast
