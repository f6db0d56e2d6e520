"""Where a file's coordinates lie: what it says, what the ground says, and what to ask its owner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gisgrid.errors import CrsMismatch
from gisgrid.geo.datum import Datum
from gisgrid.geo.datum_fit import (
    LEAST_STREETS,
    MOST_BUILDINGS,
    Fit,
    border_distance,
    clearly_better,
    crossed_share,
    inside_share,
    metres,
    misnamed_share,
)
from gisgrid.geo.edges import Floats, Geometries
from gisgrid.geo.readings import (
    Reading,
    in_china,
    name_of,
    on_earth,
    positions_to_wgs84,
    possible,
    reading_of,
    to_wgs84,
)
from gisgrid.io.incoming.ground import Ground
from gisgrid.io.incoming.source import Facts

SAMPLE = 4000
MOST_GUESSES = 6
FITS, STATED, MISSING, CONTRADICTED, SHIFTED = (
    "fits", "stated", "missing", "contradicted", "shifted",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a layer's place.

    Attributes
    ----------
    word
        "fits" (the file says so and the ground agrees), "stated" (the file says so, there is no
        ground to compare), "missing", "contradicted" or "shifted" (a question to its owner).
    reading
        What the file says; None where it says nothing.
    guesses
        Ways to read it, the likeliest first: key, name, share in the district, fit, shift, bounds.
    evidence
        What the fits of the guesses measure: "border", "named", "streets" or "".
    """

    word: str
    reading: Reading | None
    guesses: tuple[Facts, ...]
    evidence: str = ""

    @property
    def asks(self) -> bool:
        """Whether the owner must say which it is before anything is stored."""
        return self.word in (MISSING, CONTRADICTED, SHIFTED)

    def told(self) -> Facts:
        """The same as JSON."""
        return {
            "verdict": self.word,
            "asks": self.asks,
            "stated": self.reading.key if self.reading else None,
            "stated_name": name_of(self.reading) if self.reading else None,
            "guesses": list(self.guesses),
            "evidence": self.evidence,
        }


def weigh(
    shapes: Geometries, stated: str | None, ground: Ground, *, rows: pd.DataFrame, surfaces: bool
) -> Verdict:
    """Compare what a layer says of its place with its numbers and with the ground.

    Parameters
    ----------
    shapes
        (n,) in the file's coordinates.
    stated
        Its CRS by its own word.
    rows
        Its attributes: a column of unit names is evidence for points.
    surfaces
        Whether the surfaces fill the district, so that its border is evidence.
    """
    xy = _sample(shapes)
    reading = _stated(stated)
    if not len(xy):
        return Verdict(STATED if reading else MISSING, reading, ())
    word = _word(xy, reading, ground)
    candidates = _candidates(xy, reading, ground, word)
    evidence, fits = _fits(shapes, candidates, ground, rows, surfaces=surfaces)
    guesses = [_guess(xy, each, fits.get(each.key), ground) for each in candidates]
    order = sorted(range(len(guesses)), key=lambda i: _rank(guesses[i], i))
    guesses = [guesses[i] for i in order][:MOST_GUESSES]
    if word in (FITS, STATED) and reading and _in_doubt(reading, fits):
        word = SHIFTED
    return Verdict(word, reading, tuple(guesses), evidence)


def _sample(shapes: Geometries) -> Floats:
    xy = shapely.get_coordinates(shapes)
    xy = xy[np.isfinite(xy).all(axis=1)]
    xy = xy[(np.abs(xy) > 1e-9).any(axis=1)]
    return xy[:: max(len(xy) // SAMPLE, 1)]


def _stated(stated: str | None) -> Reading | None:
    """What the file says, if that is a system at all."""
    if stated is None:
        return None
    try:
        return reading_of(stated)
    except CrsMismatch:
        return None


def _word(xy: Floats, reading: Reading | None, ground: Ground) -> str:
    if reading is None:
        return MISSING if _doubtful(xy, ground) else STATED
    lonlat = positions_to_wgs84(xy, reading)
    if on_earth(lonlat).mean() < 0.5:
        return CONTRADICTED
    if ground.district is None:
        turned = on_earth(xy[:, ::-1]).all() and in_china(xy[:, ::-1]).mean() > 0.9
        return CONTRADICTED if turned and not in_china(lonlat).any() else STATED
    return FITS if inside_share(lonlat, ground.district) >= 0.3 else CONTRADICTED


def _doubtful(xy: Floats, ground: Ground) -> bool:
    """Whether bare numbers could mean several places: not degrees outside China, in the district.

    Nobody shifts coordinates there, and a column called longitude says what it is.
    """
    if not on_earth(xy).all() or in_china(xy).any() or in_china(xy[:, ::-1]).any():
        return True
    return ground.district is not None and inside_share(xy, ground.district) < 0.3


def _candidates(xy: Floats, reading: Reading | None, ground: Ground, word: str) -> list[Reading]:
    known = possible(xy, ground.middle)
    if word in (FITS, STATED) and reading is not None:
        degrees = reading.crs in ("EPSG:4326", "EPSG:4490", "EPSG:4610", "EPSG:4214")
        known = (
            [r for r in known if r.datum is not Datum.WGS84 and not r.swapped] if degrees else []
        )
    kept = [r for r in known if reading is None or r.key != reading.key]
    return ([reading] if reading is not None else []) + kept


def _fits(
    shapes: Geometries,
    candidates: list[Reading],
    ground: Ground,
    rows: pd.DataFrame,
    *,
    surfaces: bool,
) -> tuple[str, dict[str, Fit]]:
    """What kind of evidence there is, and the figure of each candidate."""
    if ground.district is None:
        return "", {}
    kind = np.unique(shapely.get_type_id(shapes[~shapely.is_missing(shapes)]))
    column = _unit_column(rows, ground) if set(kind) <= {0} else None
    if set(kind) <= {3, 6} and not surfaces:
        if len(ground.streets) < LEAST_STREETS:
            return "", {}
        shapes = shapes[:: max(len(shapes) // MOST_BUILDINGS, 1)]
    found: dict[str, Fit] = {}
    evidence = ""
    for each in candidates:
        moved = to_wgs84(shapes, each)
        if column is not None:
            evidence, figure = "named", _misnamed(moved, column, ground)
        elif surfaces:
            evidence, figure = "border", border_distance(moved, ground.district)
        elif set(kind) <= {3, 6}:
            evidence, figure = "streets", crossed_share(moved, ground.streets)
        else:
            return "", {}
        if figure is not None:
            found[each.key] = Fit(evidence, figure)
    return (evidence, found) if found else ("", {})


def _misnamed(points: Geometries, names: Any, ground: Ground) -> float | None:
    units = dict(zip(ground.units["name"], ground.unit_shapes, strict=True))
    return misnamed_share(points, names, units)


def _unit_column(rows: pd.DataFrame, ground: Ground) -> list[str | None] | None:
    """The column that names, in most of its rows, units of ours."""
    names = set(ground.units["name"])
    for heading in rows.columns:
        column = [value if isinstance(value, str) else None for value in rows[heading]]
        if column and sum(value in names for value in column) > 0.6 * len(column):
            return column
    return None


def _in_doubt(reading: Reading, fits: dict[str, Fit]) -> bool:
    given = fits.get(reading.key)
    others = [fit for key, fit in fits.items() if key != reading.key]
    return given is not None and any(clearly_better(given, other) for other in others)


def _guess(xy: Floats, reading: Reading, fit: Fit | None, ground: Ground) -> Facts:
    lonlat = positions_to_wgs84(xy, reading)
    sound = lonlat[on_earth(lonlat)]
    share = None if ground.district is None else inside_share(lonlat, ground.district)
    return {
        "key": reading.key,
        "name": name_of(reading),
        "swapped": reading.swapped,
        "inside": None if share is None else round(share, 4),
        "fit": None if fit is None else round(fit.figure, 4),
        "shift_m": _shift(sound, reading),
        "bounds": _bounds(sound),
    }


def _shift(lonlat: Floats, reading: Reading) -> int | None:
    """Metres between this reading and the same numbers taken for WGS 84."""
    if reading.datum is Datum.WGS84 or not len(lonlat):
        return None
    there = np.median(lonlat, axis=0)
    point = np.array([shapely.Point(there)], dtype=object)
    from gisgrid.geo.datum import shapes_from_wgs84  # noqa: PLC0415

    moved = shapes_from_wgs84(point, reading.datum)
    return round(float(shapely.distance(*metres(np.array([point[0], moved[0]]), tuple(there)))))


def _bounds(lonlat: Floats) -> list[float] | None:
    if not len(lonlat):
        return None
    low, high = np.quantile(lonlat, [0.005, 0.995], axis=0)
    return [round(float(v), 6) for v in (*low, *high)]


def _rank(guess: Facts, place: int) -> tuple[float, float, int]:
    """The share in the district first, then the fit, then the order of usual systems."""
    inside = guess["inside"]
    fit = guess["fit"]
    coarse = 0.0 if inside is None else -round(inside, 1)
    return coarse, float("inf") if fit is None else fit, place
