"""Thirty days of invented incidents: four channels, categories by code, states, deadlines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from shapely.geometry import Point

from gisgrid.demo.fill import Rng

DAYS = 30
PER_COMMUNITY = 36
HOTSPOT_SHARE = 0.14
UNPLACED_SHARE = 0.02
LEFT_OPEN_SHARE = 0.02
"""Incidents that should be done by now and are not: the overdue ones of long ago."""

CHANNELS = ("居民反馈", "巡查发现", "网上定排", "平台预警")
_CHANNEL_SHARE = (0.44, 0.33, 0.13, 0.10)


@dataclass(frozen=True, slots=True)
class Sort:
    """A category of incidents: code, name, hours until it is due, how often, what is said."""

    code: str
    name: str
    hours: int
    weight: float
    text: str


SORTS = (
    Sort("0102", "暴露垃圾", 24, 9, "路边有垃圾没有清走"),
    Sort("0104", "道路不洁", 24, 5, "路面有积灰和落叶"),
    Sort("0106", "绿地脏乱", 72, 4, "绿化带里有杂物"),
    Sort("0101", "私搭乱建", 240, 3, "楼顶在搭棚子"),
    Sort("0110", "道路破损", 120, 4, "人行道地砖松动"),
    Sort("0301", "施工扰民", 24, 3, "夜间施工声音大"),
    Sort("0404", "下水道堵塞或破损", 24, 4, "污水井往外溢水"),
    Sort("0402", "自来水管破裂", 12, 1, "路边水管漏水"),
    Sort("0504", "店外经营", 24, 4, "店铺把货摆到人行道上"),
    Sort("0505", "机动车乱停放", 12, 8, "车停在消防通道"),
    Sort("0506", "非机动车乱停放", 12, 6, "电动车停在楼道口"),
    Sort("2101", "矛盾纠纷", 120, 2, "邻里因漏水有争执"),
    Sort("2102", "物业问题", 72, 5, "门禁坏了没有人修"),
    Sort("2107", "楼道灯", 48, 4, "楼道灯不亮"),
    Sort("2108", "助老", 48, 2, "老人需要送餐"),
    Sort("2106", "买菜难", 120, 1, "附近没有菜市场"),
)
_HOT_SORTS = (0, 8, 9, 10)

STATES = ("reported", "accepted", "dispatched", "in_progress", "handled", "closed")


def incident_columns(
    houses: list[Any], communities: list[int], count: int, *, now: datetime, rng: Rng
) -> tuple[dict[str, list[Any]], list[Point | None]]:
    """The columns of the incidents frame and the places, oldest first.

    Parameters
    ----------
    houses, communities
        Footprints on the ground and the community of each; incidents happen near houses.
    count
        How many communities there are.
    now
        With time zone: the last moment of the thirty days.

    Extra columns: `category_name`, `due_at`.
    """
    total = PER_COMMUNITY * count
    ages = np.sort(rng.uniform(0.2, DAYS * 24, total))[::-1]
    hot = houses[int(rng.integers(len(houses)))].centroid
    columns: dict[str, list[Any]] = {}
    places: list[Point | None] = []
    for number, age in enumerate(ages, start=1):
        is_hot = bool(rng.random() < HOTSPOT_SHARE)
        sort = _sort(is_hot, rng)
        row = _row(number, float(age), sort, now, rng)
        for name, value in row.items():
            columns.setdefault(name, []).append(value)
        places.append(_place(hot if is_hot else None, houses, communities, count, rng))
    return columns, places


def _sort(hot: bool, rng: Rng) -> Sort:
    if hot:
        return SORTS[int(rng.choice(_HOT_SORTS))]
    weights = np.array([sort.weight for sort in SORTS])
    return SORTS[int(rng.choice(len(SORTS), p=weights / weights.sum()))]


def _row(number: int, age: float, sort: Sort, now: datetime, rng: Rng) -> dict[str, Any]:
    reported = min(_by_day(now - timedelta(hours=age)), now - timedelta(minutes=5))
    spent = float(rng.lognormal(np.log(sort.hours * 0.6), 0.9))
    closed = reported + timedelta(hours=spent)
    due = reported + timedelta(hours=sort.hours)
    done = closed < now and rng.random() > LEFT_OPEN_SHARE
    return {
        "source_id": f"演示-{number:04d}",
        "category": sort.code,
        "category_name": sort.name,
        "text": sort.text,
        "channel": str(rng.choice(CHANNELS, p=_CHANNEL_SHARE)),
        "status": "closed" if done else _open_state((now - reported) / (due - reported), rng),
        "reported_at": reported,
        "closed_at": closed if done else None,
        "due_at": due,
    }


def _by_day(moment: datetime) -> datetime:
    """The same day, when people are up: what would fall into the night happens in the day."""
    by_day = 7 + moment.hour * 14 // 24 if not 7 <= moment.hour < 21 else moment.hour
    return moment.replace(hour=by_day, second=0, microsecond=0)


def _open_state(share: float, rng: Rng) -> str:
    """How far an open incident has come: as its time runs, and as luck has it."""
    furthest = 2 + min(share, 1.0) * 3
    return STATES[int(min(rng.uniform(min(share, 1.0), furthest), len(STATES) - 1.01))]


def _place(
    hot: Point | None, houses: list[Any], communities: list[int], count: int, rng: Rng
) -> Point | None:
    if rng.random() < UNPLACED_SHARE:
        return None
    if hot is not None:
        return Point(hot.x + float(rng.normal(0, 38)), hot.y + float(rng.normal(0, 38)))
    wanted = int(rng.integers(count))
    mine = [n for n, community in enumerate(communities) if community == wanted]
    point = houses[mine[int(rng.integers(len(mine)))]].centroid
    return Point(point.x + float(rng.normal(0, 14)), point.y + float(rng.normal(0, 14)))
