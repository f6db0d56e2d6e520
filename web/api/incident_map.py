"""Incidents for the map: all of them as columns, where they crowd, and beside services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response
from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError, validate
from marshmallow.fields import AwareDateTime, Field, Float, Integer, String

from gisgrid.errors import NotFound
from gisgrid.model.incidents import Channel
from gisgrid.services.export_incidents import (
    Chosen,
    incidents_csv,
    incidents_geojson,
    incidents_workbook,
)
from gisgrid.services.incident_gaps import Complaints, measure_gap
from gisgrid.services.map_incidents import (
    MOST_BRIEFS,
    Spotting,
    brief_texts,
    find_hotspots,
    incident_columns,
    list_tray,
)
from gisgrid.services.view_coverage import Question
from web.api.schemas_services import KIND, MINUTES, SPEED
from web.auth import actor, engine
from web.language import current_language
from web.requests import Moment, api_blueprint, takes

bp = api_blueprint("incident_map", "/api/incidents")


class Listed(Field[tuple[Any, ...]]):
    """Values parted by commas, each of them sound; `of` makes one, or ValueError."""

    def __init__(self, of: Any, *, most: int = 200, **more: Any) -> None:
        super().__init__(**more)
        self.of, self.most = of, most

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[Any, ...]:
        parts = str(value).split(",")
        if len(parts) > self.most:
            raise ValidationError(f"at most {self.most}")
        try:
            return tuple(self.of(part) for part in parts if part or self.of is str)
        except ValueError as error:
            raise ValidationError("a value is not known") from error


def _small(text: str) -> int:
    number = int(text)
    if not 0 <= number < 2**31:
        raise ValueError(text)
    return number


class Period(Schema):
    """Reported from (inclusive) and before."""

    since = AwareDateTime(data_key="from", default_timezone=None, validate=Moment())
    until = AwareDateTime(data_key="to", default_timezone=None, validate=Moment())


class Block(Period):
    """A period, or the last days by the database's clock."""

    days = Integer(validate=validate.Range(1, 3660))


class Spots(Period):
    """Which incidents, how near, how many."""

    categories = Listed(str)
    channels = Listed(Channel)
    levels = Listed(_small)
    state = String(validate=validate.OneOf(["open", "closed", "overdue"]))
    eps_m = Float(validate=validate.Range(10, 1000), load_default=100.0)
    least = Integer(validate=validate.Range(3, 500), load_default=5)


class Export(Period):
    """The filters of the map."""

    category = String(validate=validate.Length(max=200))
    channels = Listed(Channel)
    level = Integer(validate=validate.Range(0, 5))
    state = String(validate=validate.OneOf(["open", "closed", "overdue"]))


class Gap(Period):
    """A category of complaints, beside a kind of service."""

    category = String(required=True, validate=validate.Length(min=1, max=200))
    kind = String(required=True, validate=KIND)
    minutes = Float(validate=MINUTES)
    speed = Float(validate=SPEED)


class Some(Schema):
    """Incidents by id."""

    ids = Listed(_small, most=MOST_BRIEFS, required=True)


@bp.get("/columns")
@takes(Block, location="query")
def columns(query_data: dict[str, Any]) -> Response:
    """The incidents in scope that have a place, as one block of typed arrays."""
    block = incident_columns(engine(), actor(), **query_data)
    return Response(block, mimetype="application/octet-stream")


@bp.get("/texts")
@takes(Some, location="query")
def texts(query_data: dict[str, Any]) -> ResponseReturnValue:
    """What some incidents say, by id."""
    return brief_texts(engine(), actor(), list(query_data["ids"]), language=current_language())


@bp.get("/tray")
def tray() -> ResponseReturnValue:
    """Incidents that wait for a place."""
    return list_tray(engine(), actor(), language=current_language())


@bp.get("/hotspots")
@takes(Spots, location="query")
def hotspots(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Where incidents crowd, the largest first."""
    return find_hotspots(engine(), actor(), Spotting(**query_data))


@bp.get("/gap")
@takes(Gap, location="query")
def gap(query_data: dict[str, Any]) -> ResponseReturnValue:
    """Complaints within and beyond the walk to a kind of service, beside the households."""
    asked, walk = query_data, (query_data.get("minutes"), query_data.get("speed"))
    complaints = Complaints(asked["category"], asked.get("since"), asked.get("until"))
    return measure_gap(engine(), actor(), complaints, Question(asked["kind"], *walk))


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRITERS: dict[str, tuple[Callable[..., str | bytes], str]] = {
    "csv": (incidents_csv, "text/csv; charset=utf-8"),
    "xlsx": (incidents_workbook, XLSX),
    "geojson": (incidents_geojson, "application/geo+json"),
}


@bp.get("/export.<ext>")
@takes(Export, location="query")
def export(ext: str, query_data: dict[str, Any]) -> ResponseReturnValue:
    """The incidents that fit, as a file."""
    if ext not in WRITERS:
        raise NotFound(f"no format {ext!r}")
    writer, kind = WRITERS[ext]
    channels = query_data.pop("channels", None)
    chosen = Chosen(**query_data, channels=channels and [str(c.value) for c in channels])
    content = writer(engine(), actor(), chosen, current_language())
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="incidents.{ext}"'
    return response
