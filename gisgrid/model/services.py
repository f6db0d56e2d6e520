"""Kinds of service: how many minutes' walk each may be away, by which source, and its OSM tags."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

DEFAULT_SPEED_KMH = 4.0
"""Walking speed; no standard agrees on one, so it is a setting and stands on every legend."""


@dataclass(frozen=True, slots=True)
class ServiceKind:
    """One kind of service, as `service_kinds.csv` ships it; every value may be edited by a user.

    Attributes
    ----------
    kind
        Stable key, e.g. ``"primary_school"``.
    zh, en
        Its name in the two languages of the screen.
    minutes
        Longest walk that counts as served.
    straight_radius_m
        Radius of the straight-line screen ("GB straight radius"), metres.
    tier
        Living circle it belongs to: 5, 10 or 15 minutes.
    source
        Where minutes and radius come from, shown on screen.
    verified
        Whether that source was read, or quotes the figure, when this table was made.
    care
        Whether it cares for the elderly, so that coverage tells how many of them it reaches.
    """

    kind: str
    zh: str
    en: str
    minutes: int
    straight_radius_m: float
    tier: int
    source: str
    verified: bool
    care: bool


@dataclass(frozen=True, slots=True)
class OsmTag:
    """One row of `service_osm_tags.csv`: a tag that makes an OSM object a service of `kind`.

    `name_has` is a regular expression on the object's name; empty fits every name.
    """

    key: str
    value: str
    name_has: str
    kind: str


def metres_in(minutes: float, *, speed_kmh: float = DEFAULT_SPEED_KMH) -> float:
    """Metres walked in `minutes`: minutes × speed ÷ 60.

    >>> metres_in(15)
    1000.0
    """
    return minutes * speed_kmh * 1000 / 60


def minutes_for(metres: float, *, speed_kmh: float = DEFAULT_SPEED_KMH) -> int:
    """Whole minutes a walk of `metres` takes, rounded up.

    >>> minutes_for(1000.0), minutes_for(1001.0)
    (15, 16)
    """
    return math.ceil(round(metres * 60 / (speed_kmh * 1000), 9))


@cache
def service_kinds() -> Mapping[str, ServiceKind]:
    """The shipped kinds by key, in the order of the table.

    >>> service_kinds()["kindergarten"].straight_radius_m
    300.0
    """
    return {row["kind"]: _kind(row) for row in _rows("service_kinds.csv")}


@cache
def osm_tags() -> tuple[OsmTag, ...]:
    """The shipped tag rules; keys as they first appear, then rows in order."""
    return tuple(OsmTag(**row) for row in _rows("service_osm_tags.csv"))


def kind_of_osm(tags: Mapping[str, str]) -> str | None:
    """Kind of service that an OSM object with `tags` is, or None when it is none.

    >>> kind_of_osm({"amenity": "school", "name": "清华附小小学"})
    'primary_school'
    >>> kind_of_osm({"building": "yes"}) is None
    True
    """
    for key, rules in _rules_of_key().items():
        if (value := tags.get(key)) is None:
            continue
        for rule in rules.get(value, ()):
            if re.search(rule.name_has, tags.get("name", "")):
                return rule.kind
    return None


@cache
def _rules_of_key() -> Mapping[str, Mapping[str, tuple[OsmTag, ...]]]:
    """The tag rules by key and value, so that an object with other tags costs a few lookups."""
    nested: dict[str, dict[str, tuple[OsmTag, ...]]] = {}
    for rule in osm_tags():
        values = nested.setdefault(rule.key, {})
        values[rule.value] = (*values.get(rule.value, ()), rule)
    return nested


def _kind(row: Mapping[str, str]) -> ServiceKind:
    return ServiceKind(
        kind=row["kind"],
        zh=row["zh"],
        en=row["en"],
        minutes=int(row["minutes"]),
        straight_radius_m=float(row["straight_radius_m"]),
        tier=int(row["tier"]),
        source=row["source"],
        verified=row["verified"] == "yes",
        care=row["care"] == "yes",
    )


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("gisgrid.model") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
