"""Service points where a town would have them, and a part of it that has too few."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from gisgrid.demo.blocks import Block
from gisgrid.demo.fill import HOMES, Rng
from gisgrid.demo.network import Edge
from gisgrid.demo.plots import largest

UNSERVED = 10
"""Number of the community (if there is one) that lacks most daily services."""

BUS_EVERY_M = 420.0

_SHOP_HOURS, _OFFICE_HOURS, _DAY_HOURS = (
    "Mo-Su 07:00-22:00",
    "Mo-Fr 09:00-17:00",
    "Mo-Su 08:00-18:00",
)

_DAILY: tuple[tuple[str, str, int, str], ...] = (
    ("party_station", "党群服务站", 1, _DAY_HOURS),
    ("service_station", "社区服务站", 1, _OFFICE_HOURS),
    ("kindergarten", "幼儿园", 1, "Mo-Fr 07:30-17:30"),
    ("health_station", "社区卫生服务站", 1, _DAY_HOURS),
    ("elderly_day_care", "日间照料中心", 1, _DAY_HOURS),
    ("canteen", "社区食堂", 1, "Mo-Su 06:30-19:00"),
    ("pharmacy", "药店", 2, _SHOP_HOURS),
    ("shop", "便民超市", 3, _SHOP_HOURS),
)
"""Kind, name, how many in a community, opening hours."""

_KEPT_EVERYWHERE = frozenset({"party_station", "service_station", "shop"})


@dataclass(frozen=True, slots=True)
class Place:
    """A service point on the ground."""

    kind: str
    name: str
    point: Point
    hours: str | None = None


def service_points(
    blocks: Sequence[Block], edges: Sequence[Edge], communities: Sequence[str], rng: Rng
) -> list[Place]:
    """All service points of the district; `communities` are their names without 社区."""
    places = list(_institutions(blocks, communities))
    ground = shapely.union_all([block.shape for block in blocks]).convex_hull
    for number, name in enumerate(communities):
        mine = [block for block in blocks if block.community == number]
        places += _daily(number, name, mine, rng)
    return [*places, *_toilets(blocks, communities), *_bus_stops(edges, ground)]


def _institutions(blocks: Sequence[Block], communities: Sequence[str]) -> Iterator[Place]:
    schools = 0
    for block in blocks:
        name = communities[block.community]
        door = block.houses[0].shape.representative_point() if block.houses else None
        if door is None:
            continue
        if block.use == "school":
            schools += 1
            junior = schools % 4 == 0
            yield Place(
                "junior_school" if junior else "primary_school",
                f"{name}{'中学' if junior else '小学'}",
                door,
                "Mo-Fr 07:30-17:00",
            )
        elif block.use == "hospital":
            yield Place("health_centre", f"{name}社区卫生服务中心", door, "24/7")
        elif block.use == "market":
            yield Place("market", f"{name}菜市场", door, "Mo-Su 05:30-19:30")
        elif block.use == "park":
            yield Place("park", f"{name}公园", door)


def _daily(number: int, name: str, blocks: Sequence[Block], rng: Rng) -> Iterator[Place]:
    """The small services of a community, on ground floors of its houses."""
    houses = [h for block in blocks if block.use in HOMES - {"villa"} for h in block.houses]
    if not houses:
        return
    centre = shapely.union_all([block.shape for block in blocks]).centroid
    near = np.argsort([house.shape.distance(centre) for house in houses])
    if number % 6 == 0:
        spot = houses[near[1]].shape.representative_point()
        yield Place("party_centre", f"{name}党群服务中心", spot, _DAY_HOURS)
    for kind, word, count, hours in _DAILY:
        if number == UNSERVED and kind not in _KEPT_EVERYWHERE:
            continue
        for n in range(count):
            spread = near[: max(4, len(near) // 4)] if count == 1 else near
            spot = houses[int(rng.choice(spread))].shape.representative_point()
            yield Place(kind, f"{name}{word}{n + 1 if count > 1 else ''}", spot, hours)


def _toilets(blocks: Sequence[Block], communities: Sequence[str]) -> Iterator[Place]:
    for block in blocks:
        if block.use in ("park", "oldtown"):
            inside = largest(block.shape.buffer(-3))
            spot = inside.exterior.interpolate(0.3, normalized=True)
            yield Place("public_toilet", f"{communities[block.community]}公共厕所", spot, "24/7")


def _bus_stops(edges: Sequence[Edge], ground: BaseGeometry) -> Iterator[Place]:
    """Beside the main streets, a walk apart from each other."""
    stops: list[Point] = []
    for edge in edges:
        if edge.kind != "arterial" or edge.over:
            continue
        sides = (shapely.offset_curve(edge.line, side) for side in (11, -11))
        spots = (side.interpolate(0.5, normalized=True) for side in sides)
        spot = min(spots, key=ground.distance)
        if all(spot.distance(stop) > BUS_EVERY_M for stop in stops):
            stops.append(spot)
            yield Place("bus_stop", f"{edge.name}站", spot)
