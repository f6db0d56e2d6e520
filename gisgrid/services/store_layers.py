"""Store frames as ground, in one transaction with the record of the import.

A row is known by its source and its id there. Buildings and services that the source no longer has
are retired, streets and water deleted; what a planner set by hand stays. Households are estimated
where the source gives none: footprint × levels ÷ dwelling size.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gisgrid.geo.crs import metric_epsg, to_metric
from gisgrid.model.ground import estimate_households
from gisgrid.model.project import Project
from gisgrid.services.import_summary import ImportSummary, LayerCount, joined
from gisgrid.services.set_up_project import set_up_project
from gisgrid.services.sound_rows import sound_rows
from gisgrid.services.unit_rows import leveled
from gisgrid.storage import imports, projects, units
from gisgrid.storage.bulk import Written
from gisgrid.storage.engine import SYSTEM, Connection, Engine, transaction

Progress: TypeAlias = Callable[[str, int, int | None], None]
"""Called with the stage, the steps done, and the steps in all (None while unknown)."""

Frames: TypeAlias = Mapping[str, gpd.GeoDataFrame]
"""Frames by layer, a key of `LAYERS` each; their contracts are in `io.frames`."""

Bounds: TypeAlias = tuple[float, ...]

LAYERS = {
    "streets": "street",
    "lines": "line",
    "areas": "area",
    "buildings": "building",
    "services": "service",
    "gates": "gate",
    "units": "unit",
}
"""Layers in the order they are stored, and the word for one row."""

DEFAULT_PRESET = "GG4"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where rows come from.

    Attributes
    ----------
    what, file_name, source, sha256
        Kind of import, its file, and the name under which its rows are known.
    day
        Day of which the data is; None: today.
    partial
        The source goes on beyond this file: only rows on the file's own ground can be gone.
    profile
        Meaning of administrative levels that are numbers, see `unit_rows.PROFILES`.
    """

    what: str
    file_name: str
    source: str
    sha256: str = ""
    day: date | None = None
    partial: bool = False
    profile: str = "china"


def store_layers(
    engine: Engine,
    origin: Origin,
    frames: Frames,
    *,
    rejects: pd.DataFrame | None = None,
    progress: Progress | None = None,
) -> ImportSummary:
    """Store frames and say what became of every row.

    Parameters
    ----------
    frames
        In EPSG:4326, keeping their contracts; any of `LAYERS`, each may be empty. Where no project
        is set up yet, one is, named as the file, in a metric CRS that suits the place.
    rejects
        Rows that reading the file gave up already (what, source_id, reason).
    """
    project = _project(engine, origin, frames)
    steps = [name for name in LAYERS if name in frames]
    with transaction(engine, SYSTEM) as conn:
        counts, refused = [], [] if rejects is None else [rejects]
        for step, name in enumerate(steps):
            if progress is not None:
                progress("store", step, len(steps))
            frame, bad = _accepted(name, frames[name], project, origin)
            written, retired = _write(conn, name, frame, origin)
            refused.append(bad)
            counts.append((LAYERS[name], written, retired))
        _settle(conn, project, origin, frames)
        summary = _summary(origin, counts, joined(refused), frames)
        imports.record(conn, _run(origin, summary), summary.rejects)
    if progress is not None:
        progress("store", len(steps), len(steps))
    return summary


def _project(engine: Engine, origin: Origin, frames: Frames) -> Project:
    """The project, set up from the first import where nobody has done so."""
    with transaction(engine, SYSTEM) as conn:
        known = projects.find(conn)
    if known is not None:
        return known
    west, south, east, north = _bounds(frames)
    epsg = metric_epsg((west + east) / 2, (south + north) / 2)
    name = origin.file_name.split(".")[0]
    return set_up_project(engine, Project(name=name, preset=DEFAULT_PRESET, metric_epsg=epsg))


def _bounds(frames: Frames) -> Bounds:
    """(west, south, east, north) of the buildings, or of everything where there are none."""
    filled = [frame for frame in frames.values() if len(frame)]
    inner = [frames["buildings"]] if len(frames.get("buildings", ())) else filled
    boxes = np.array([frame.total_bounds for frame in inner]).reshape(-1, 4)
    if not len(boxes):
        return (0.0, 0.0, 0.0, 0.0)
    lows, highs = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    return (float(lows[0]), float(lows[1]), float(highs[0]), float(highs[1]))


def _accepted(
    name: str, frame: gpd.GeoDataFrame, project: Project, origin: Origin
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The rows of one layer that can be stored, with every column the tables want."""
    clean, bad = sound_rows(frame, LAYERS[name])
    if name == "buildings":
        return _with_households(clean, project), bad
    if name == "units":
        clean, unknown = leveled(clean, preset=project.preset, profile=origin.profile)
        return clean, joined([bad, unknown])
    return clean, bad


def _with_households(frame: gpd.GeoDataFrame, project: Project) -> gpd.GeoDataFrame:
    """Buildings with the households they were given and those we estimate."""
    footprint_m2 = shapely.area(to_metric(frame.geometry.to_numpy(), project.metric_epsg))
    estimated = estimate_households(
        footprint_m2,
        frame["levels"].to_numpy(float),
        frame["residential"].to_numpy(bool),
        dwelling_m2=project.dwelling_m2,
    )
    return frame.assign(
        households_given=_whole(frame["households"]),
        households_estimated=estimated,
        residents_given=_whole(frame["residents"]),
        counts=_counts(frame["elderly"]),
    )


def _counts(elderly: pd.Series[float]) -> list[str]:
    """Counts beside households as JSON; what a source does not tell stays as it is."""
    known = elderly.notna() & (elderly >= 0)
    return [
        json.dumps({"elderly": round(value)}) if has else "{}"
        for value, has in zip(elderly, known, strict=True)
    ]


def _whole(values: pd.Series[float]) -> pd.Series[int]:
    return values.round().astype("Int64")


def _write(
    conn: Connection, name: str, frame: gpd.GeoDataFrame, origin: Origin
) -> tuple[Written, int]:
    """Write one layer; how many rows were new and known, and how many are gone."""
    source = origin.source
    ground = tuple(frame.total_bounds) if origin.partial and len(frame) else None
    if origin.partial and ground is None:
        return Written(), 0
    write, gone = _WRITERS[name]
    written = write(conn, frame, source)
    return written, gone(conn, source, within=ground)


_WRITERS: dict[str, tuple[Callable[..., Written], Callable[..., int]]] = {
    "streets": (imports.write_streets, partial(imports.drop_gone, table="street")),
    "lines": (imports.write_lines, partial(imports.drop_gone, table="barrier_line")),
    "areas": (imports.write_areas, partial(imports.drop_gone, table="ground_area")),
    "buildings": (imports.write_buildings, partial(imports.retire_gone, table="building")),
    "services": (imports.write_services, partial(imports.retire_gone, table="service_point")),
    "gates": (imports.write_gates, partial(imports.drop_gone, table="gate")),
    "units": (imports.write_units, lambda *_, **__: 0),  # a unit ends by decision, not by absence
}


def _settle(conn: Connection, project: Project, origin: Origin, frames: Frames) -> None:
    """Bring what depends on the ground up to date."""
    depth = project.community_depth
    if "units" in frames:
        imports.retire_divided(conn, depth)
        imports.place_units(conn)
    units.assign_buildings(conn, depth)
    units.assign_services(conn, depth)
    if "buildings" in frames:
        projects.set_households_date(conn, origin.day or datetime.now(UTC).date())
    projects.raise_ground_version(conn)


def _summary(
    origin: Origin,
    counts: list[tuple[str, Written, int]],
    rejects: pd.DataFrame,
    frames: Frames,
) -> ImportSummary:
    refused = rejects["what"].value_counts()
    layers = [
        _count(what, written, retired, int(refused.get(what, 0)))
        for what, written, retired in counts
    ]
    others = [
        _count(str(what), Written(), 0, int(n))
        for what, n in refused.items()
        if what not in {layer.what for layer in layers}
    ]
    buildings = frames.get("buildings")
    given = 0 if buildings is None else int(buildings["households"].notna().sum())
    homes = 0 if buildings is None else int(buildings["residential"].sum())
    return ImportSummary(
        file_name=origin.file_name,
        source=origin.source,
        layers=(*layers, *others),
        rejects=rejects,
        given=given,
        estimated=max(homes - given, 0),
    )


def _count(what: str, written: Written, retired: int, rejected: int) -> LayerCount:
    read = written.stored + written.updated + rejected
    return LayerCount(what, read, written.stored, written.updated, rejected, retired)


def _run(origin: Origin, summary: ImportSummary) -> imports.Run:
    return imports.Run(
        what=origin.what,
        file_name=origin.file_name,
        sha256=origin.sha256,
        read=summary.read,
        stored=summary.stored,
        updated=summary.updated,
        rejected=summary.rejected,
        summary={
            "source": origin.source,
            "layers": [asdict(layer) for layer in summary.layers],
            "reasons": summary.reasons(),
            "households": {"given": summary.given, "estimated": summary.estimated},
        },
    )
