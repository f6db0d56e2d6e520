"""Where coordinates are to refer to on the way out: a CRS of the register, or a vendor's datum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError

from gisgrid.errors import CrsMismatch
from gisgrid.geo.crs import WGS84, project
from gisgrid.geo.datum import Datum, shapes_from_wgs84
from gisgrid.geo.edges import Geometries

CGCS2000 = 4490


@dataclass(frozen=True, slots=True)
class Target:
    """An EPSG code, or a datum that no register knows (then `epsg` is 4326, shifted)."""

    epsg: int = WGS84
    datum: Datum = Datum.WGS84

    @property
    def is_plain(self) -> bool:
        """Whether coordinates leave as they are stored."""
        return self.epsg in {WGS84, CGCS2000} and self.datum is Datum.WGS84

    @property
    def geographic(self) -> bool:
        """Whether coordinates are degrees."""
        return self.datum is not Datum.WGS84 or bool(CRS.from_epsg(self.epsg).is_geographic)

    @property
    def crs(self) -> str | None:
        """The CRS to write into a file; None for a shifted datum, which has none."""
        return f"EPSG:{self.epsg}" if self.datum is Datum.WGS84 else None

    @property
    def name(self) -> str:
        """``epsg4549`` or ``gcj02``: part of a file's name."""
        return f"epsg{self.epsg}" if self.datum is Datum.WGS84 else str(self.datum)


def target_of(text: str) -> Target:
    """The target named ``4326``, ``EPSG:4549``, ``gcj02`` …

    Raises
    ------
    CrsMismatch
        ``unknown_crs``: neither a datum we know nor a two-dimensional CRS of the EPSG register.
    """
    word = text.strip().lower().removeprefix("epsg:")
    if word in set(Datum):
        return Target(datum=Datum(word))
    epsg = int(word) if word.isascii() and word.isdigit() and len(word) <= 6 else 0
    if not _is_flat(epsg):
        raise CrsMismatch(
            f"{text[:40]!r} is no CRS we can write; name an EPSG code, gcj02 or bd09",
            code="unknown_crs",
            crs=text[:40],
        )
    return Target(epsg)


def _is_flat(epsg: int) -> bool:
    try:
        crs = CRS.from_epsg(epsg)
    except CRSError:
        return False
    return (crs.is_geographic or crs.is_projected) and len(crs.axis_info) == 2


def moved(shapes: Geometries, target: Target) -> Geometries:
    """(n,) geometries in EPSG:4326 to `target`; None stays None.

    Raises
    ------
    CrsMismatch
        If a coordinate has no place in the target.
    """
    given = np.asarray(shapes, dtype=object)
    if target.is_plain:
        return given
    if target.datum is not Datum.WGS84:
        return shapes_from_wgs84(given, target.datum)
    return project(given, source=WGS84, target=target.epsg)
