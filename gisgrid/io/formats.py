"""The formats that layers leave in, and the one file that comes of it."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gisgrid.errors import InvalidInput
from gisgrid.io.leaving import Leaving
from gisgrid.io.target import Target
from gisgrid.io.write_gis import write_geopackage, write_geoparquet, write_shapefile
from gisgrid.io.write_text import write_csv, write_geojson, write_xlsx

ZIP = "application/zip"


@dataclass(frozen=True, slots=True)
class Format:
    """A format: `packs` says that one layer makes several files, `holds_many` that one file holds
    several layers.
    """

    key: str
    suffix: str
    media_type: str
    holds_many: bool = False
    packs: bool = False


_ALL = (
    Format("gpkg", ".gpkg", "application/geopackage+sqlite3", holds_many=True),
    Format("geojson", ".geojson", "application/geo+json"),
    Format("shp", ".shp.zip", ZIP, packs=True),
    Format("csv", ".csv", "text/csv; charset=utf-8"),
    Format(
        "xlsx",
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        holds_many=True,
    ),
    Format("parquet", ".parquet", "application/vnd.apache.parquet"),
)
FORMATS: dict[str, Format] = {each.key: each for each in _ALL}
"""Every format, by key."""


def format_of(key: str) -> Format:
    """The format named `key`; InvalidInput (``unknown_export_format``) for another."""
    if key not in FORMATS:
        raise InvalidInput(
            f"no format {key[:20]!r}; there are {', '.join(FORMATS)}",
            code="unknown_export_format",
            format=key[:20],
            formats=", ".join(FORMATS),
        )
    return FORMATS[key]


def write_layers(
    folder: Path,
    leavings: Sequence[Leaving],
    form: Format,
    *,
    target: Target,
    name: str,
    timezone: str = "Asia/Shanghai",
) -> tuple[Path, str]:
    """Write layers into one file in `folder`, a zip where several come of it; its media type too.

    Parameters
    ----------
    folder
        Empty; it may be thrown away once the file is read.
    leavings
        One or more; their parts are read once, one layer after the other.
    name
        What the file is called, without suffix.
    """
    made = _written(folder, leavings, form, target, timezone)
    if len(made) == 1 and not form.packs:
        return made[0].rename(folder / f"{name}{form.suffix}"), form.media_type
    packed = folder / f"{name}{form.suffix if form.packs else '.zip'}"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in made:
            archive.write(path, path.name)
    return packed, ZIP


def _written(
    folder: Path, leavings: Sequence[Leaving], form: Format, target: Target, timezone: str
) -> list[Path]:
    if form.key == "xlsx":
        return write_xlsx(folder, leavings, target, timezone=timezone)
    made: dict[Path, None] = {}
    for leaving in leavings:
        if form.key == "csv":
            paths = write_csv(folder, leaving, target, timezone=timezone)
        else:
            paths = _WRITERS[form.key](folder, leaving, target)
        made |= dict.fromkeys(paths)
    return list(made)


_WRITERS = {
    "gpkg": write_geopackage,
    "geojson": write_geojson,
    "shp": write_shapefile,
    "parquet": write_geoparquet,
}
