"""The ground of a plan: lines drawn through it, locks on it, what stands and happens there."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue
from marshmallow import ValidationError, validate
from marshmallow.fields import Boolean, List, Raw

from gisgrid.services.cut_plan import cut_grid, draw_grid
from gisgrid.services.lock_plan import Which, set_locks
from gisgrid.services.place_buildings import place_buildings
from gisgrid.services.view_ground import plan_buildings, plan_incidents
from web.api.plans import idempotency_key
from web.api.schemas_plans import Version, number
from web.auth import actor, engine
from web.requests import LARGEST_ID, api_blueprint, takes

bp = api_blueprint("plan_ground", "/api/plans")
MOST_POINTS = 2000
MOST_CELLS = 20_000
LAST_POSITION = 32_767


def _is_place(place: Any) -> bool:
    numbers = isinstance(place, list) and len(place) == 2
    return (
        numbers
        and all(type(n) in (int, float) for n in place)
        and -180 <= place[0] <= 180
        and -90 <= place[1] <= 90
    )


def places(least: int) -> Any:
    """``[[lon, lat], …]`` of at least so many places."""

    def check(points: Any) -> None:
        if not (isinstance(points, list) and least <= len(points) <= MOST_POINTS):
            raise ValidationError(f"expected {least} to {MOST_POINTS} places")
        if not all(map(_is_place, points)):
            raise ValidationError("a place is [lon, lat]")

    return check


class Line(Version):
    """A line through a grid."""

    position = number(low=0, high=LAST_POSITION, required=True)
    line = Raw(required=True, validate=places(2))


class Ring(Version):
    """A ring, and the grid that takes its ground: null for a new one."""

    ring = Raw(required=True, validate=places(3))
    target = number(low=0, high=LAST_POSITION, allow_none=True, load_default=None)


class Locks(Version):
    """What to lock or unlock: cells, or a compound, or everything."""

    locked = Boolean(required=True, truthy={True}, falsy={False})
    cells = List(number(high=LARGEST_ID), validate=validate.Length(1, MOST_CELLS))
    compound = number()
    everything = Boolean(truthy={True}, falsy={False})


@bp.post("/<id:plan_id>/cut")
@takes(Line)
def cut(plan_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Cut a grid in two along a line, cells too."""
    return cut_grid(engine(), actor(), plan_id, **json_data, key=idempotency_key())


@bp.post("/<id:plan_id>/polygon")
@takes(Ring)
def polygon(plan_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """The ground inside a ring becomes a grid or joins one, cells cut along the ring."""
    return draw_grid(engine(), actor(), plan_id, **json_data, key=idempotency_key())


@bp.post("/<id:plan_id>/locks")
@takes(Locks)
def locks(plan_id: int, json_data: dict[str, Any]) -> ResponseReturnValue:
    """Lock or unlock cells, a compound, or everything."""
    which = Which(
        cells=tuple(json_data.get("cells", ())),
        compound=json_data.get("compound"),
        everything=json_data.get("everything", False),
    )
    options = {"base_version": json_data["base_version"], "locked": json_data["locked"]}
    return set_locks(engine(), actor(), plan_id, **options, which=which, key=idempotency_key())


@bp.get("/<id:plan_id>/buildings")
def buildings(plan_id: int) -> ResponseReturnValue:
    """Buildings and compounds in columns, and buildings that no cell holds."""
    return plan_buildings(engine(), actor(), plan_id)


@bp.post("/<id:plan_id>/buildings/place")
def place(plan_id: int) -> ResponseReturnValue:
    """Put buildings that no cell holds on the cell under them."""
    return place_buildings(engine(), actor(), plan_id)


@bp.get("/<id:plan_id>/incidents")
def incidents(plan_id: int) -> ResponseReturnValue:
    """Unfinished incidents by cell."""
    return plan_incidents(engine(), actor(), plan_id)
