"""The demonstration district: invented by us from the first street to the last name, any size.

It stands where no such district is, under a code that no division has (990101), and every frame
it gives is the same for the same seed. What shows it must label it 演示数据.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import shapely

from gisgrid.demo import names
from gisgrid.demo.blocks import Block, used_blocks
from gisgrid.demo.fill import Rng
from gisgrid.demo.happenings import incident_columns
from gisgrid.demo.layout import Size, sheet_lines
from gisgrid.demo.network import Ground, ground
from gisgrid.demo.people import building_columns
from gisgrid.demo.places import service_points
from gisgrid.io import frames

LABEL = "演示数据"
SEED = 990101
METRIC_CRS = 4548
"""CGCS2000 Gauss–Krüger, central meridian 117° E: the ground metres, moved to where it stands."""

ORIGIN = (500_600.0, 4_052_400.0)
DEFAULT = Size()
SMALL = Size(1, 1, 0)
"""One community of about 2,500 households, for tests."""

LEADERS_PER_COMMUNITY = 11
COMMUNITIES_PER_SUBDISTRICT = 6
NOON = datetime(2025, 8, 31, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


@dataclass(frozen=True, slots=True)
class DemoDistrict:
    """The frames of an import, and what a real one does not bring.

    Attributes
    ----------
    streets, lines, areas, buildings, services, units
        As `gisgrid.io.osm.read_osm` gives them. Buildings have households and residents *given*,
        and extra columns `compound`, `community` (its code), `elderly`, `households_before`: the
        households when the plan in force was made. Balance on those, and the plan shows grids
        above and below the band today.
    incidents
        Thirty days up to `now`; extra columns `category_name`, `due_at`.
    leaders
        Names for grid leaders, more than there are grids.
    """

    streets: gpd.GeoDataFrame
    lines: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    services: gpd.GeoDataFrame
    units: gpd.GeoDataFrame
    incidents: gpd.GeoDataFrame
    leaders: tuple[str, ...]
    label: str = LABEL


def demo_district(
    size: Size = DEFAULT,
    *,
    seed: int = SEED,
    now: datetime = NOON,
) -> DemoDistrict:
    """Make the district up.

    Parameters
    ----------
    size
        How many communities; the default has 11 in two subdistricts, about 28,800 households.
    seed
        Same seed, same district.
    now
        End of the thirty days of incidents, with time zone.
    """
    rng = np.random.default_rng(seed)
    terrain = ground(sheet_lines(size, rng))
    blocks = used_blocks(terrain, rng)
    called = list(islice(names.community_names(), len(terrain.communities)))
    codes = _codes(size, len(called))
    columns, shapes = building_columns(blocks, terrain.edges, rng)
    numbers = list(columns["community"])
    columns["community"] = [codes[n] for n in numbers]
    happened, places = incident_columns(shapes, numbers, len(called), now=now, rng=rng)
    return DemoDistrict(
        streets=_streets(terrain, blocks),
        lines=_lines(terrain, blocks),
        areas=_areas(terrain, blocks, called),
        buildings=frames.frame_of(frames.BUILDINGS, columns, _degrees(shapes)),
        services=_services(blocks, terrain, called, rng),
        units=_units(terrain, called, codes),
        incidents=frames.frame_of(frames.INCIDENTS, happened, _degrees(places)),
        leaders=tuple(names.person_names(LEADERS_PER_COMMUNITY * len(called), rng)),
    )


def _degrees(shapes: Sequence[Any]) -> list[Any]:
    """Ground metres to EPSG:4326, rounded to 1e-7 degree: what was shared stays shared."""
    moved = shapely.transform(np.array(shapes, dtype=object), lambda xy: xy + np.array(ORIGIN))
    degrees = gpd.GeoSeries(moved, crs=METRIC_CRS).to_crs(4326).to_numpy()
    return list(shapely.transform(degrees, lambda xy: np.round(xy, 7)))


def _codes(size: Size, count: int) -> list[str]:
    """Twelve digits a community: a subdistrict holds up to six, and never both banks."""
    north = size.columns * size.north
    codes = []
    for number in range(count):
        beyond = number - north
        chunk, place = divmod(beyond if beyond >= 0 else number, COMMUNITIES_PER_SUBDISTRICT)
        before = -(-north // COMMUNITIES_PER_SUBDISTRICT) if beyond >= 0 else 0
        codes.append(f"{names.DISTRICT[0]}{before + chunk + 1:03d}{place + 1:03d}")
    return codes


def _streets(terrain: Ground, blocks: Sequence[Block]) -> gpd.GeoDataFrame:
    edges = [edge for edge in terrain.edges if edge.kind in ("arterial", "collector", "lane")]
    ways = [way for block in blocks for way in block.ways]
    count = len(edges) + len(ways)
    over = [edge.over for edge in edges] + [""] * len(ways)
    columns: dict[str, list[Any]] = {
        "source_id": [f"demo-s{number:05d}" for number in range(1, count + 1)],
        "name": [edge.name for edge in edges] + [None] * len(ways),
        "class": [edge.kind for edge in edges] + ["path"] * len(ways),
        "walkable": [True] * count,
        "bridge": [bool(what) for what in over],
        "tunnel": [False] * count,
        "layer": [int(bool(what)) for what in over],
    }
    lines = [edge.line for edge in edges] + ways
    return frames.frame_of(frames.STREETS, columns, _degrees(lines))


def _lines(terrain: Ground, blocks: Sequence[Block]) -> gpd.GeoDataFrame:
    rivers = [edge for edge in terrain.edges if edge.kind == "river"]
    walls = [wall for block in blocks for wall in block.walls]
    rails = [terrain.rail] if terrain.rail is not None else []
    columns: dict[str, list[Any]] = {
        "kind": ["river"] * len(rivers) + ["rail"] * len(rails) + ["wall"] * len(walls),
        "name": [edge.name for edge in rivers] + ["柳湖铁路"] * len(rails) + [None] * len(walls),
    }
    shapes = [*(edge.line for edge in rivers), *rails, *walls]
    return frames.frame_of(frames.LINES, columns, _degrees(shapes))


def _areas(terrain: Ground, blocks: Sequence[Block], called: list[str]) -> gpd.GeoDataFrame:
    rows: list[tuple[str, str | None, Any]] = [("water", "小清河", terrain.water)]
    for block in blocks:
        name = f"{_short(called[block.community])}公园" if block.use == "park" else None
        rows += [("green", name, shape) for shape in block.green]
        rows += [("water", None, shape) for shape in block.water]
    kinds, titles, shapes = zip(*rows, strict=True)
    return frames.frame_of(frames.AREAS, {"kind": kinds, "name": titles}, _degrees(shapes))


def _services(
    blocks: Sequence[Block], terrain: Ground, called: list[str], rng: Rng
) -> gpd.GeoDataFrame:
    places = service_points(blocks, terrain.edges, [_short(name) for name in called], rng)
    columns: dict[str, list[Any]] = {
        "source_id": [f"demo-p{number:04d}" for number in range(1, len(places) + 1)],
        "name": [place.name for place in places],
        "kind": [place.kind for place in places],
        "opening_hours": [place.hours for place in places],
    }
    return frames.frame_of(frames.SERVICES, columns, _degrees([place.point for place in places]))


def _short(community: str) -> str:
    return community.removesuffix("社区")


def _units(terrain: Ground, called: list[str], codes: list[str]) -> gpd.GeoDataFrame:
    """District, subdistricts and communities; every upper border is made of lower ones."""
    shapes = np.array(_degrees(terrain.communities), dtype=object)
    district, title = names.DISTRICT
    rows: list[tuple[str, str, str, str | None, Any]] = [
        (district, title, "district", None, shapely.union_all(shapes))
    ]
    for number, street in enumerate(dict.fromkeys(code[:9] for code in codes)):
        inside = [code.startswith(street) for code in codes]
        name = names.SUBDISTRICTS[number % len(names.SUBDISTRICTS)]
        rows.append((street, name, "street", district, shapely.union_all(shapes[inside])))
    rows += [
        (code, name, "community", code[:9], shape)
        for code, name, shape in zip(codes, called, shapes, strict=True)
    ]
    code_, name_, level_, parent_, shapes_ = zip(*rows, strict=True)
    columns = {"code": code_, "name": name_, "level": level_, "parent": parent_}
    return frames.frame_of(frames.UNITS, columns, shapes_)
