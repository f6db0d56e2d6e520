"""What the tags of one OpenStreetMap object mean to gisgrid: pure functions on a mapping of text.

The rules follow the tagging guide of the OpenStreetMap wiki; where mappers disagree, the
reading that keeps a resident on foot outside a closed road wins.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from gisgrid.io.text import first_number
from gisgrid.model.ground import AreaKind, LineKind, StreetClass

Tags = Mapping[str, str]

METRES_PER_LEVEL = 3.0
"""Height of a storey assumed when a building has a height but no storeys, metres."""

_CLASS_OF_HIGHWAY = (
    dict.fromkeys(("motorway", "trunk", "primary"), StreetClass.ARTERIAL)
    | dict.fromkeys(("motorway_link", "trunk_link", "primary_link"), StreetClass.ARTERIAL)
    | dict.fromkeys(("secondary", "tertiary"), StreetClass.COLLECTOR)
    | dict.fromkeys(("secondary_link", "tertiary_link"), StreetClass.COLLECTOR)
    | dict.fromkeys(("unclassified", "residential", "living_street"), StreetClass.LANE)
    | dict.fromkeys(("service", "pedestrian", "road", "busway"), StreetClass.LANE)
    | dict.fromkeys(("footway", "path", "steps", "cycleway"), StreetClass.PATH)
    | dict.fromkeys(("track", "bridleway"), StreetClass.PATH)
)
_YARD_SERVICE = frozenset({"driveway", "parking_aisle", "drive-through", "emergency_access"})
_OPEN = frozenset({"yes", "designated", "permissive", "official"})
_CLOSED = frozenset({"no", "private"})
_NO_FOOT = frozenset({"no", "private", "use_sidepath"})
_SIDEWALK = frozenset({"yes", "both", "left", "right", "separate"})
_FAST = frozenset({"motorway", "motorway_link", "trunk", "trunk_link"})

_DWELLINGS = frozenset(
    {"apartments", "bungalow", "cabin", "detached", "dormitory", "farm", "ger", "house"}
    | {"houseboat", "residential", "semidetached_house", "semi", "static_caravan", "terrace"}
)
_NOT_DWELLING_KEYS = ("shop", "office", "amenity", "tourism", "craft", "industrial", "healthcare")
_RELIGIOUS_OR_PUBLIC = ("religion", "government", "military", "power", "leisure", "historic")
_NOT_A_BUILDING = frozenset({"no", "roof", "carport", "ruins", "collapsed", "construction"})

_WATER_LANDUSE = frozenset({"reservoir", "basin"})
_GREEN_LANDUSE = frozenset(
    ("grass", "forest", "meadow", "recreation_ground", "village_green", "cemetery", "flowerbed")
)
_GREEN_LEISURE = frozenset({"park", "garden", "golf_course", "nature_reserve"})
_GREEN_NATURAL = frozenset({"wood", "scrub", "grassland", "heath"})
_WALLS = frozenset({"wall", "city_wall", "retaining_wall"})
_GATES = frozenset(
    {"gate", "lift_gate", "swing_gate", "sliding_gate", "sliding_beam", "wicket_gate", "entrance"}
    | {"kissing_gate", "full-height_turnstile", "turnstile", "stile", "bollard", "cycle_barrier"}
    | {"height_restrictor", "chain", "bump_gate", "hampshire_gate", "toll_booth"}
)
_RAILS = frozenset({"rail", "light_rail"})


def street_class(tags: Tags) -> StreetClass | None:
    """Class of a `highway`, or None when it is not a street (a platform, a planned road).

    >>> street_class({"highway": "tertiary"}), street_class({"highway": "proposed"})
    (<StreetClass.COLLECTOR: 'collector'>, None)
    """
    if tags.get("highway") == "service" and tags.get("service") in _YARD_SERVICE:
        return StreetClass.PATH
    return _CLASS_OF_HIGHWAY.get(tags.get("highway", ""))


def walkable(tags: Tags) -> bool:
    """Whether everybody may walk there.

    `foot` decides when given. Otherwise closed roads (`access=private`, `no`, …) and motor roads
    are out; a trunk road is in when it has a sidewalk.

    >>> walkable({"highway": "trunk"}), walkable({"highway": "trunk", "sidewalk": "right"})
    (False, True)
    """
    foot = tags.get("foot")
    if foot in _OPEN:
        return True
    if foot in _NO_FOOT or tags.get("access") in _CLOSED or tags.get("motorroad") == "yes":
        return False
    sidewalk = tags.get("sidewalk") or tags.get("sidewalk:both")
    return tags.get("highway") not in _FAST or sidewalk in _SIDEWALK


def is_gate(tags: Tags) -> bool:
    """Whether residents walk through here though a wall stand on both sides.

    A gate marked private is theirs; one that is locked, or closed to everybody, is no gate.

    >>> is_gate({"barrier": "gate", "access": "private"})
    True
    >>> is_gate({"barrier": "gate", "foot": "no"})
    False
    """
    if tags.get("foot") == "no" or tags.get("locked") == "yes":
        return False
    if tags.get("access") == "no" and tags.get("foot") not in _OPEN:
        return False
    return tags.get("barrier") in _GATES or is_set(tags, "entrance")


def is_set(tags: Tags, key: str) -> bool:
    """Whether a yes/no tag such as `bridge` or `tunnel` is there and not "no"."""
    return tags.get(key, "no") != "no"


def layer(tags: Tags) -> int:
    """The `layer` tag as a number; 0 when absent or not a number."""
    number = first_number(tags.get("layer", ""))
    return 0 if math.isnan(number) else int(number)


def levels(tags: Tags) -> float:
    """Storeys above ground: the highest of a list, else height ÷ 3 m, else NaN.

    >>> levels({"building:levels": "3;4"}), levels({"height": "18 m"}), levels({})
    (4.0, 6.0, nan)
    """
    storeys = [first_number(part) for part in tags.get("building:levels", "").split(";")]
    credible = [number for number in storeys if 0 < number <= 150]
    if credible:
        return max(credible)
    height_m = first_number(tags.get("height") or tags.get("building:height", ""))
    return max(1.0, float(round(height_m / METRES_PER_LEVEL))) if 0 < height_m <= 700 else math.nan


def is_building(tags: Tags) -> bool:
    """Whether it is a building that can stand on a cell: roofs, ruins and sites are not."""
    return "building" in tags and tags["building"] not in _NOT_A_BUILDING


def residential(tags: Tags) -> bool:
    """Whether people live in a building, for the household estimate.

    A dwelling value of `building` says so whatever else is there (flats above a shop). Plain
    `building=yes` counts when no other tag gives it another use. Every other value (industrial,
    school, church, garage, …) does not, unless `building:flats` gives dwellings.

    >>> residential({"building": "apartments", "shop": "bakery"})
    True
    >>> residential({"building": "yes", "amenity": "school"}), residential({"building": "garage"})
    (False, False)
    """
    value = tags.get("building", "")
    if value in _DWELLINGS or flats(tags) > 0:
        return True
    other_use = any(key in tags for key in _NOT_DWELLING_KEYS + _RELIGIOUS_OR_PUBLIC)
    return value == "yes" and not other_use


def flats(tags: Tags) -> float:
    """Dwellings counted by a mapper (`building:flats`), NaN when not given."""
    number = first_number(tags.get("building:flats", ""))
    return number if 0 < number < 10_000 else math.nan


def address(tags: Tags) -> str | None:
    """Street and house number, in the order of the script they are written in.

    >>> address({"addr:street": "成府路", "addr:housenumber": "28号"})
    '成府路28号'
    >>> address({"addr:street": "Rua de Cedofeita", "addr:housenumber": "12"})
    'Rua de Cedofeita 12'
    """
    if full := tags.get("addr:full"):
        return full
    street = tags.get("addr:street") or tags.get("addr:place")
    number = tags.get("addr:housenumber", "")
    if street is None:
        return None
    gap = "" if re.search(r"[\u4e00-\u9fff]$", street) else " "
    return f"{street}{gap}{number}".strip()


def line_kind(tags: Tags) -> LineKind | None:
    """River, railway above ground, or wall; None for every other line."""
    if tags.get("waterway") in ("river", "canal") and not is_set(tags, "tunnel"):
        return LineKind.RIVER
    if tags.get("railway") in _RAILS and not is_set(tags, "tunnel"):
        return LineKind.RAIL
    return LineKind.WALL if tags.get("barrier") in _WALLS else None


def area_kind(tags: Tags) -> AreaKind | None:
    """Water or green, None for every other ground."""
    water = tags.get("natural") == "water" or tags.get("waterway") == "riverbank"
    if water or tags.get("landuse") in _WATER_LANDUSE:
        return AreaKind.WATER
    green = tags.get("leisure") in _GREEN_LEISURE or tags.get("natural") in _GREEN_NATURAL
    return AreaKind.GREEN if green or tags.get("landuse") in _GREEN_LANDUSE else None
