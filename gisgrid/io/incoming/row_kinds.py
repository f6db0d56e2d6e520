"""What each kind of row is made of: its columns, its id, and the reasons a cell gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import shapely

from gisgrid.geo.edges import Floats
from gisgrid.geo.readings import Reading
from gisgrid.io.buildings import lived_in
from gisgrid.io.identity import geometry_ids
from gisgrid.io.incidents import parse_times
from gisgrid.io.incoming.choices import Choices
from gisgrid.io.incoming.fields import Kind
from gisgrid.io.incoming.ground import Ground
from gisgrid.io.incoming.shapes import Gate
from gisgrid.io.incoming.source import Batch
from gisgrid.io.incoming.values import codes_of, numbers, texts, yes
from gisgrid.io.osm_tags import street_class, walkable
from gisgrid.io.text import folded
from gisgrid.model.ground import StreetClass
from gisgrid.model.incidents import IncidentState, channel_of, state_of
from gisgrid.model.services import kind_of_osm

Columns = dict[str, Any]
Word = TypeVar("Word")


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for every batch of one reading."""

    kind: Kind
    mapping: Mapping[str, str]
    choices: Choices
    reading: Reading
    ground: Ground
    most_vertices: int
    epsg: int


def _ids(cells: Mapping[str, Any], gate: Gate, batch: Batch, key: str = "source_id") -> list[str]:
    """The id column where it is filled, else an id from the shape, else from the row itself."""
    given = codes_of(cells[key]) if key in cells else [None] * len(gate.shapes)
    if all(given):
        return [own or "" for own in given]
    lacking = np.array([not each for each in given], dtype=bool)
    made = np.full(len(given), "", dtype=object)
    sound = lacking & ~shapely.is_missing(gate.shapes) & (gate.reason == "")
    made[sound] = geometry_ids(gate.shapes[sound])
    for row in np.flatnonzero(lacking & (made == "")):
        text = "\x1f".join(str(cells[name].iloc[row]) for name in cells)
        place = f"{batch.numbers[row] - 1}{text}".encode("utf-8", "replace")
        made[row] = "h" + blake2b(place, digest_size=8).hexdigest()
    return [own or str(ours) for own, ours in zip(given, made, strict=True)]


def _column(cells: Mapping[str, Any], name: str, count: int) -> list[str | None]:
    return texts(cells[name]) if name in cells else [None] * count


def _counts(cells: Mapping[str, Any], name: str, gate: Gate) -> Floats:
    """Whole numbers of a column, NaN where there is none; a negative one is no count."""
    if name not in cells:
        return np.full(len(gate.shapes), np.nan)
    found, _ = numbers(cells[name])
    gate.refuse(found < 0, "negative_number")
    gate.refuse(found > 1_000_000, "number_too_large")
    return np.asarray(np.rint(found), dtype=float)


def _buildings(
    cells: Mapping[str, Any], gate: Gate, batch: Batch, _: Setting
) -> tuple[Columns, list[str]]:
    count = len(batch.rows)
    names, uses = _column(cells, "name", count), _column(cells, "use", count)
    levels = numbers(cells["levels"])[0] if "levels" in cells else np.full(count, np.nan)
    homes = (
        [yes(value, default=True) for value in cells["residential"]]
        if "residential" in cells
        else list(map(remembered(lived_in), uses, names))
    )
    return {
        "source_id": (
            ids := _ids(cells, gate, batch, "source_id" if "source_id" in cells else "code")
        ),
        "code": codes_of(cells["code"]) if "code" in cells else [None] * count,
        "name": names,
        "address": _column(cells, "address", count),
        "use": [use or "yes" for use in uses],
        "residential": homes,
        "levels": np.where((levels > 0) & (levels < 500), levels, np.nan),
        "households": _counts(cells, "households", gate),
        "residents": _counts(cells, "residents", gate),
        "elderly": _counts(cells, "elderly", gate),
    }, ids


def _services(
    cells: Mapping[str, Any], gate: Gate, batch: Batch, setting: Setting
) -> tuple[Columns, list[str]]:
    count = len(batch.rows)
    names = _column(cells, "name", count)
    words = _column(cells, "kind", count)
    known = remembered(kind_finder(setting.ground.kinds, setting.choices.service))
    kinds = [known(word, name) for word, name in zip(words, names, strict=True)]
    gate.refuse(np.array([kind is None for kind in kinds], dtype=bool), "unknown_kind")
    gate.shapes[shapely.get_type_id(gate.shapes) == 4] = shapely.centroid(
        gate.shapes[shapely.get_type_id(gate.shapes) == 4]
    )
    return {
        "source_id": (ids := _ids(cells, gate, batch)),
        "name": names,
        "kind": kinds,
        "opening_hours": _column(cells, "opening_hours", count),
    }, ids


def kind_finder(
    kinds: Mapping[str, tuple[str, str]], always: str | None
) -> Callable[[str | None, str | None], str | None]:
    """Finds the kind of service that a word, or a name, means; None where none is meant."""
    exact = {folded(word): key for key, names in kinds.items() for word in (key, *names)}
    longest = sorted(
        ((folded(zh), key) for key, (zh, _) in kinds.items()), key=lambda p: -len(p[0])
    )

    def known(word: str | None, name: str | None) -> str | None:
        if always:
            return always if always in kinds else exact.get(folded(always))
        for text in (word, name):
            if not text:
                continue
            plain = folded(text)
            found = exact.get(plain) or next((k for zh, k in longest if zh in plain), None)
            found = found or kind_of_osm({"amenity": text, "shop": text, "name": name or ""})
            if found in kinds:
                return found
        return None

    return known


def _streets(
    cells: Mapping[str, Any], gate: Gate, batch: Batch, _: Setting
) -> tuple[Columns, list[str]]:
    count = len(batch.rows)
    words = _column(cells, "class", count)
    found = list(map(remembered(_street_class), words))
    gate.refuse(np.array([cls is None for cls in found], dtype=bool), "unknown_class")
    feet = _column(cells, "walkable", count)
    return {
        "source_id": (ids := _ids(cells, gate, batch)),
        "name": _column(cells, "name", count),
        "class": found,
        "walkable": [
            yes(foot, default=walkable({"highway": word or "residential"}))
            for foot, word in zip(feet, words, strict=True)
        ],
        "bridge": [yes(v, default=bool(v)) for v in _column(cells, "bridge", count)],
        "tunnel": [yes(v, default=bool(v)) for v in _column(cells, "tunnel", count)],
        "layer": [int(v) if -5 <= v <= 5 else 0 for v in np.nan_to_num(_layer(cells, count))],
    }, ids


def _layer(cells: Mapping[str, Any], count: int) -> Any:
    return numbers(cells["layer"])[0] if "layer" in cells else np.zeros(count)


_STREET_WORDS = {
    StreetClass.ARTERIAL: ("高速", "快速", "主干", "一级", "国道", "省道"),
    StreetClass.COLLECTOR: ("次干", "支路", "二级", "三级", "县道", "乡道"),
    StreetClass.LANE: (
        "街",
        "巷",
        "弄",
        "胡同",
        "小区",
        "内部",
        "四级",
        "lane",
        "minorroad",
        "minor",
    ),
    StreetClass.PATH: ("人行", "步行", "步道", "小路", "台阶", "path", "foot"),
}


def _street_class(word: str | None) -> StreetClass | None:
    """The class that a word means; a street without a word is a lane."""
    if word is None:
        return StreetClass.LANE
    plain = word.casefold()
    if plain in set(StreetClass):
        return StreetClass(plain)
    found = street_class({"highway": plain})
    if found is not None:
        return found
    folded_word = folded(word)
    return next(
        (c for c, words in _STREET_WORDS.items() if any(w in folded_word for w in words)), None
    )


def _incidents(
    cells: Mapping[str, Any], gate: Gate, batch: Batch, setting: Setting
) -> tuple[Columns, list[str]]:
    count = len(batch.rows)
    category = _column(cells, "category", count)
    reported = _times(cells, "reported_at", setting)
    closed = _times(cells, "closed_at", setting)
    old = (reported.dt.year < 1905).to_numpy()
    gate.refuse(old, "date_1899")
    gate.refuse(reported.isna().to_numpy(), "no_time")
    gate.refuse(np.array([word is None for word in category], dtype=bool), "no_category")
    unplaced = _unplaced(gate)
    status = _column(cells, "status", count)
    return {
        "source_id": (ids := _ids(cells, Gate(np.full(count, None, object), gate.reason), batch)),
        "name": category,
        "category": category,
        "text": _column(cells, "text", count),
        "channel": [
            word.value for word in map(remembered(channel_of), _column(cells, "channel", count))
        ],
        "state": [
            (state if still else IncidentState.CLOSED).value
            for state, still in zip(map(remembered(state_of), status), closed.isna(), strict=True)
        ],
        "reported_at": _moments(reported),
        "closed_at": _moments(closed),
        "reason": unplaced,
    }, ids


def _times(cells: Mapping[str, Any], name: str, setting: Setting) -> pd.Series[Any]:
    words = pd.Series(_column(cells, name, len(next(iter(cells.values())))), dtype="object")
    return parse_times(words.fillna(""), setting.ground.timezone)


def _moments(times: pd.Series[Any]) -> list[str | None]:
    """(n,) times in UTC as ISO 8601; None where there is none."""
    plain = times.dt.tz_localize(None).to_numpy(dtype="datetime64[us]")
    words = np.datetime_as_string(plain, unit="us")
    return [None if word == "NaT" else f"{word}+00:00" for word in words.tolist()]


def remembered(function: Callable[..., Word]) -> Callable[..., Word]:
    """`function` of words that come again and again, reckoned once for each."""
    return lru_cache(maxsize=20_000)(function)


def _unplaced(gate: Gate) -> list[str | None]:
    """Why an incident has no place (it is kept, to be located by hand); its shape is then none."""
    x, y = shapely.get_x(gate.shapes), shapely.get_y(gate.shapes)
    with np.errstate(invalid="ignore"):
        words = np.select(
            [
                np.isnan(x) | np.isnan(y),
                (x == 0) & (y == 0),
                (np.abs(x) > 180) | (np.abs(y) > 90),
                (x == np.rint(x)) & (y == np.rint(y)),
            ],
            ["no_coordinates", "zero_coordinates", "outside_earth", "rounded_coordinates"],
            default="",
        )
    gate.shapes[words != ""] = None
    return [str(word) or None for word in words]


def _grids(
    cells: Mapping[str, Any], gate: Gate, batch: Batch, _: Setting
) -> tuple[Columns, list[str]]:
    count = len(batch.rows)
    ids = _ids(cells, gate, batch, "code")
    kinds = ["dedicated" if word and ("专" in word or "dedicated" in word) else "base"
             for word in _column(cells, "kind", count)]  # fmt: skip
    return {
        "source_id": ids,
        "code": codes_of(cells["code"]) if "code" in cells else [None] * count,
        "name": _column(cells, "name", count),
        "kind": kinds,
        "leader_name": _column(cells, "leader_name", count),
        "community": _column(cells, "community", count),
        "households": _counts(cells, "households", gate),
    }, ids


MAKERS: dict[str, Callable[..., tuple[Columns, list[str]]]] = {
    "buildings": _buildings,
    "services": _services,
    "streets": _streets,
    "incidents": _incidents,
    "grids": _grids,
}
