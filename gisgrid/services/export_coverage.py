"""Coverage as files: tables for a spreadsheet, layers for a GIS."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from gisgrid.geo.crs import WGS84, to_wgs84
from gisgrid.io.formula import harmless
from gisgrid.model.layers import SMALL_COUNT
from gisgrid.model.people import Actor
from gisgrid.services.grid_outlines import outlines
from gisgrid.services.service_circles import rings_to
from gisgrid.services.view_coverage import Question, view_coverage
from gisgrid.services.walking_ground import walking_ground, xy_of
from gisgrid.storage import access, districts
from gisgrid.storage.engine import transaction

if TYPE_CHECKING:
    from sqlalchemy import Engine

Words = Callable[..., str]
LEVELS = {"streets": "street", "communities": "community", "grids": "grid"}
UNIT_COLUMNS = (
    "households", "covered", "uncovered", "percent", "straight_covered", "straight_percent",
    "buildings", "buildings_covered", "buildings_percent",
    "elderly", "elderly_covered", "elderly_percent",
)  # fmt: skip
BUILDING_COLUMNS = ("building", "name", "address", "community", "households", "metres", "x", "y")


def units_csv(engine: Engine, actor: Actor, question: Question, *, heading: Words) -> bytes:
    """Coverage of every subdistrict, community and grid; UTF-8 with BOM, commas, CRLF.

    `heading` gives the sentence of a key of the catalogue (``coverage.csv_…``).
    """
    answer = view_coverage(engine, actor, question)
    columns = ("level", "code", "name", *UNIT_COLUMNS)
    rows = [
        [heading(f"coverage.csv_{level}"), unit["code"], unit.get("name")]
        + [without_few(unit)[name] for name in UNIT_COLUMNS]
        for name, level in LEVELS.items()
        for unit in answer[name]
    ]
    return _table([heading(f"coverage.csv_{name}") for name in columns], rows, answer, heading)


def without_few(unit: dict[str, Any]) -> dict[str, Any]:
    """The shares of a unit without counts of elderly persons so small that they point at somebody.

    A file leaves the house: with one to four persons, covered or not, only the whole is told.
    """
    elderly = unit["elderly"]
    told = unit | {"elderly": None} if _is_few(elderly) else unit
    for count, share in (
        ("elderly_covered", "elderly_percent"),
        ("elderly_straight", "elderly_straight_percent"),
    ):
        if any(map(_is_few, (elderly, unit[count], elderly - unit[count]))):
            told = told | {count: None, share: None}
    return told


def _is_few(persons: int) -> bool:
    return 0 < persons < SMALL_COUNT


def uncovered_csv(engine: Engine, actor: Actor, question: Question, *, heading: Words) -> bytes:
    """Buildings that are not covered, most households first; as `units_csv`."""
    answer = view_coverage(engine, actor, question)
    columns = [answer["uncovered"][name] for name in BUILDING_COLUMNS]
    titles = [heading(f"coverage.csv_{name}") for name in BUILDING_COLUMNS]
    return _table(titles, zip(*columns, strict=True), answer, heading)


def geopackage(engine: Engine, actor: Actor, question: Question) -> bytes:
    """Layers `circles`, `services`, `uncovered`, `coverage` (by grid), EPSG:4326, in one file."""
    answer = view_coverage(engine, actor, question)
    ground = walking_ground(engine)
    with transaction(engine, actor) as conn:
        points = access.points(conn, question.kind, epsg=ground.epsg)
    closed = set() if answer["open"] is None else set(answer["open"]["closed_ids"])
    points = [row for row in points if row.id not in closed]
    rings = rings_to(answer["minutes"])
    doors = ground.snap(xy_of(points))
    drawn = ground.rings(doors, minutes=rings, speed_kmh=answer["speed_kmh"])
    left = answer["uncovered"]
    table = {name: left[name] for name in BUILDING_COLUMNS if name not in ("x", "y")}
    layers = {
        "circles": _circles(points, rings, drawn, ground.epsg, answer["speed_kmh"]),
        "services": gpd.GeoDataFrame(
            {"service": [p.id for p in points], "name": [p.name for p in points]},
            geometry=list(shapely.points([(p.lon, p.lat) for p in points])) if points else [],
            crs=WGS84,
        ),
        "uncovered": gpd.GeoDataFrame(
            table, geometry=gpd.points_from_xy(left["x"], left["y"]), crs=WGS84
        ),
        "coverage": _grids(engine, actor, answer, ground.epsg),
    }
    return _packed(layers)


def _circles(
    points: Sequence[Any],
    rings: Sequence[float],
    drawn: Sequence[Sequence[shapely.MultiPolygon]],
    epsg: int,
    speed: float,
) -> gpd.GeoDataFrame:
    shapes = np.array([shape for each in drawn for shape in each], object)
    table = {
        "service": [point.id for point in points for _ in rings],
        "name": [point.name for point in points for _ in rings],
        "minutes": [ring for _ in points for ring in rings],
        "speed_kmh": [speed] * len(shapes),
    }
    return gpd.GeoDataFrame(table, geometry=list(to_wgs84(shapes, epsg)), crs=WGS84)


def _grids(engine: Engine, actor: Actor, answer: dict[str, Any], epsg: int) -> gpd.GeoDataFrame:
    """The grids in force as areas with their shares."""
    with transaction(engine, actor) as conn:
        plans = {row.plan for row in districts.grids_in_force(conn)}
    drawn = {grid: outline for plan in plans for grid, outline in outlines(engine, plan)}
    units = [unit for unit in answer["grids"] if unit["grid"] in drawn]
    shapes = np.array([drawn[unit["grid"]].polygon for unit in units], object)
    table = {"code": [unit["code"] for unit in units]} | {
        name: [without_few(unit)[name] for unit in units] for name in UNIT_COLUMNS
    }
    return gpd.GeoDataFrame(table, geometry=list(to_wgs84(shapes, epsg)), crs=WGS84)


def _packed(layers: dict[str, gpd.GeoDataFrame]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.gpkg"
        for name, frame in layers.items():
            frame.to_file(path, layer=name, driver="GPKG")
        return path.read_bytes()


def _table(
    titles: Sequence[str], rows: Iterable[Sequence[Any]], answer: dict[str, Any], heading: Words
) -> bytes:
    """A table that ends with how it was counted."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow([harmless(title) for title in titles])
    table.writerows([harmless(value) for value in row] for row in rows)
    counted = {
        "kind": answer["kind"][heading("coverage.csv_language")],
        "minutes": f"{answer['minutes']:g}",
        "speed": f"{answer['speed_kmh']:g}",
        "metres": f"{answer['limit_m']:.0f}",
        "source": answer["kind"]["source"],
    }
    table.writerow([harmless(heading("coverage.csv_counted", **counted))])
    if (then := answer["open"]) is not None:
        facts = then | {"at": then["at"].replace("T", " ")}
        table.writerow([harmless(heading("coverage.open_line", **facts))])
    return text.getvalue().encode("utf-8-sig")
