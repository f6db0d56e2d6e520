"""Who lives in the houses: households, residents and elderly by building, and what it is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import shapely

from gisgrid.demo import names
from gisgrid.demo.blocks import Block
from gisgrid.demo.fill import HOMES, House, Rng
from gisgrid.demo.network import Edge
from gisgrid.model.ground import RESIDENTS_PER_HOUSEHOLD

LIVED_IN = {"slab": 0.87, "mid": 0.85, "tower": 0.8, "villa": 0.78, "oldtown": 0.83}
"""Share of the dwellings in which somebody lives."""

OVER_60 = {"slab": 0.27, "mid": 0.17, "tower": 0.11, "villa": 0.16, "oldtown": 0.31}

NEW_HOMES, OLD_HOMES = ("tower", "mid"), ("oldtown", "slab")


@dataclass(frozen=True, slots=True)
class Address:
    """How a block is called: its compound, if it is one, and its street and number."""

    compound: str | None
    street: str
    number: int


def building_columns(
    blocks: Sequence[Block], edges: Sequence[Edge], rng: Rng
) -> tuple[dict[str, list[Any]], list[Any]]:
    """The columns of the buildings frame, extra ones included, and the footprints on the ground.

    Extra columns: `compound`, `community` (its position), `elderly` (over 60),
    `households_before` (when the plan in force was made).
    """
    columns: dict[str, list[Any]] = {}
    shapes: list[Any] = []
    histories = _histories(blocks, rng)
    addresses = _addresses(blocks, edges, rng)
    for number, (block, address, history) in enumerate(
        zip(blocks, addresses, histories, strict=True), start=1
    ):
        houses = sorted(block.houses, key=partial(_north_first, block=block))
        rows = _rows(block, houses, address, history, rng)
        for place, (house, row) in enumerate(zip(houses, rows, strict=True), start=1):
            for name, value in row.items():
                columns.setdefault(name, []).append(value)
            columns.setdefault("source_id", []).append(f"demo-{number:04d}-{place:03d}")
            shapes.append(house.shape)
    return columns, shapes


def _north_first(house: House, block: Block) -> tuple[int, float]:
    point = house.shape.centroid
    return -round((point.y - block.shape.centroid.y) / 18), point.x


def _addresses(blocks: Sequence[Block], edges: Sequence[Edge], rng: Rng) -> Iterator[Address]:
    """The nearest named street, numbered in the order of the blocks."""
    named = [edge for edge in edges if edge.name and edge.kind in ("arterial", "collector", "lane")]
    tree = shapely.STRtree([edge.line for edge in named])
    words = {use: names.compound_names(use, rng) for use in names.ENDINGS}
    used: dict[str, int] = {}
    for block in blocks:
        door = block.gates[0] if block.gates else block.shape.centroid
        street = str(named[int(tree.nearest(door))].name)
        used[street] = used.get(street, -1) + 2
        compound = next(words[block.use]) if block.use in words else None
        yield Address(compound, street, used[street])


def _rows(
    block: Block, houses: Sequence[House], address: Address, history: str, rng: Rng
) -> Iterator[dict[str, Any]]:
    lane = names.LANES[int(rng.integers(len(names.LANES)))]
    for place, house in enumerate(houses, start=1):
        after, before = _households(block, house, place, history, rng)
        name, door = _called(block, address, lane, place)
        yield {
            "name": name,
            "address": door,
            "levels": float(house.levels),
            "use": house.use,
            "residential": house.dwellings > 0,
            "households": float(after),
            "residents": float(_residents(after, rng)),
            "elderly": float(round(after * 2.62 * OVER_60.get(block.use, 0.0))),
            "households_before": float(before),
            "compound": address.compound,
            "community": block.community,
        }


def _histories(blocks: Sequence[Block], rng: Rng) -> list[str]:
    """What happened to each block since the plan in force was made: "new", "left" or nothing.

    In two communities of three, a third of one block of new homes was finished; in half of them, a
    quarter of the households of one old block moved away.
    """
    happened = [""] * len(blocks)
    for community in sorted({block.community for block in blocks}):
        mine = [n for n, block in enumerate(blocks) if block.community == community]
        for word, uses, chance in (("new", NEW_HOMES, 0.7), ("left", OLD_HOMES, 0.5)):
            fitting = [n for n in mine if blocks[n].use in uses]
            if fitting and rng.random() < chance:
                happened[fitting[int(rng.integers(len(fitting)))]] = word
    return happened


def _households(block: Block, house: House, place: int, history: str, rng: Rng) -> tuple[int, int]:
    """Households now, and when the plan in force was made."""
    if not house.dwellings:
        return 0, 0
    share = LIVED_IN[block.use] * float(rng.uniform(0.94, 1.06))
    lived = int(min(house.dwellings, max(1, rng.binomial(house.dwellings, min(share, 1.0)))))
    if history == "new" and place % 3 == 1:
        return lived, 0
    if history == "left":
        return round(lived * 0.75), lived
    return lived, lived


def _residents(households: int, rng: Rng) -> int:
    spread = float(rng.normal(0, 0.5) * np.sqrt(households))
    return max(households, round(households * RESIDENTS_PER_HOUSEHOLD + spread))


_WORDS = {
    "school": ("教学楼", "体育馆"),
    "hospital": ("住院楼", "门诊楼"),
    "market": ("市场大厅", "副食厅"),
    "office": ("写字楼",),
    "works": ("厂房",),
    "park": ("湖心亭",),
    "green": ("凉亭",),
}


def _called(block: Block, address: Address, lane: str, place: int) -> tuple[str, str]:
    """Name and address of the `place`-th house of a block."""
    if block.use == "oldtown":
        return f"{lane}{place}号", f"{lane}{place}号"
    if block.use in HOMES:
        return f"{place}号楼", f"{address.street}{address.number}号{address.compound}{place}号楼"
    words = _WORDS[block.use]
    word = words[min(place, len(words)) - 1]
    return f"{word}{place if len(words) == 1 else ''}", f"{address.street}{address.number}号"
