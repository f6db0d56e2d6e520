"""Units from a file, on the levels of the project (see `gisgrid.io.unit_levels`)."""

from gisgrid.io.unit_levels import PROFILES, leveled

__all__ = ["PROFILES", "leveled"]
