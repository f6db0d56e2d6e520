"""Layers and plans as files: chosen, written into a folder, noted in the audit log."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gisgrid.errors import InvalidInput
from gisgrid.io.formats import FORMATS, format_of, write_layers
from gisgrid.io.target import CGCS2000, target_of
from gisgrid.language import translate
from gisgrid.model.people import Actor
from gisgrid.model.project import Project
from gisgrid.services.jobs import start_job
from gisgrid.services.leaving_layers import (
    Chosen,
    choose,
    companions_of,
    layers_for,
    leaving,
    query_of,
)
from gisgrid.services.plan_access import account_of
from gisgrid.services.view_district import require_project
from gisgrid.storage import exports, people, plans
from gisgrid.storage.engine import SYSTEM, As, Connection, Engine, transaction

PLAN_LAYERS = ("plan_grids", "plan_cells", "plan_buildings")
MOST_AT_ONCE = 20
LARGE = 30_000
"""Rows from which a file is made by a job."""

JOB = "export"
_UNSAFE = str.maketrans(dict.fromkeys('/\\:*?"<>|\x7f' + "".join(map(chr, range(32))), "-"))
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to leave, and how.

    Attributes
    ----------
    layers
        Keys of the catalogue; a plan alone means its grids, cells and buildings.
    crs
        An EPSG code, ``gcj02`` or ``bd09``.
    plan
        Id of the plan that layers of a plan are of.
    exact
        Small counts unmasked: for the system only.
    """

    layers: tuple[str, ...]
    format: str = "gpkg"
    crs: str = "4326"
    plan: int | None = None
    language: str = "zh"
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """The file that was made."""

    path: Path
    media_type: str
    rows: int


def wish_of(layers: tuple[str, ...], plan: int | None, **others: Any) -> Wish:
    """A wish with the layers of a plan filled in where only the plan is named.

    Raises
    ------
    InvalidInput
        ``no_layers`` where nothing is chosen.
    """
    chosen = tuple(dict.fromkeys(layers)) or (PLAN_LAYERS if plan is not None else ())
    if not 0 < len(chosen) <= MOST_AT_ONCE:
        raise InvalidInput("choose a layer or a plan", code="no_layers")
    return Wish(chosen, plan=plan, **others)


def export_layers(
    engine: Engine, actor: As, wish: Wish, folder: Path, *, told: Told | None = None
) -> Made:
    """Write the layers of `wish` into one file in `folder`; `told` hears rows done and in all.

    Raises
    ------
    NotFound
        A layer or plan that does not exist, or is not the actor's to see.
    InvalidInput
        A layer of a plan without one; an unknown format; GeoJSON in another CRS than WGS 84.
    CrsMismatch
        An unknown CRS, or one in which the place does not lie.
    """
    form, target = format_of(wish.format), target_of(wish.crs)
    project = require_project(engine)
    chosen = [choose(engine, actor, key, wish.plan) for key in wish.layers]
    exact = wish.exact and actor is SYSTEM
    counts = _Counted()
    with transaction(engine, actor) as conn:
        name = _name(conn, project, wish, target.name)
        counted = chosen if told is not None else []  # only whoever watches wants to know
        totals = [_count(conn, actor, each, wish.language) for each in counted]
        leavings = [
            leaving(
                conn,
                actor,
                each,
                language=wish.language,
                exact=exact,
                companions=companions_of(engine, each, exact=exact),
                step=counts.step(number, sum(totals), told),
            )
            for number, each in enumerate(chosen)
        ]
        path, media_type = write_layers(
            folder, leavings, form, target=target, name=name, timezone=project.timezone
        )
    _note(engine, actor, wish, counts.rows)
    return Made(path, media_type, counts.rows)


class _Counted:
    """Rows that have passed, layer by layer."""

    def __init__(self) -> None:
        self._done: dict[int, int] = {}

    @property
    def rows(self) -> int:
        return sum(self._done.values())

    def step(self, number: int, total: int, told: Told | None) -> Callable[[int], None]:
        def passed(done: int) -> None:
            self._done[number] = done
            if told is not None:
                told(self.rows, total)

        return passed


def count_rows(engine: Engine, actor: As, wish: Wish) -> int:
    """Rows that the file of `wish` would hold; errors as `export_layers`."""
    format_of(wish.format)
    target_of(wish.crs)
    chosen = [choose(engine, actor, key, wish.plan) for key in wish.layers]
    with transaction(engine, actor) as conn:
        return sum(_count(conn, actor, each, wish.language) for each in chosen)


def start_export(engine: Engine, actor: As, wish: Wish) -> int | None:
    """A job that makes a large file; None where the file is small enough to be made at once."""
    if count_rows(engine, actor, wish) < LARGE:
        return None
    return start_job(engine, actor, JOB, asdict(wish))


def export_job(
    engine: Engine, actor: Actor, payload: Mapping[str, Any], progress: Any
) -> dict[str, Any]:
    """Make the file of a wish in the background."""
    wish = Wish(**{**payload, "layers": tuple(payload["layers"]), "exact": False})

    def told(done: int, total: int) -> None:
        progress(done, total, "export.writing")

    with tempfile.TemporaryDirectory() as folder:
        made = export_layers(engine, actor, wish, Path(folder), told=told)
        progress.keep_file(made.path.name, made.media_type, made.path.read_bytes())
    return {"name": made.path.name, "rows": made.rows}


def list_choices(engine: Engine, actor: As, language: str) -> dict[str, Any]:
    """What may leave: layers with their rows, formats, CRS by name, the district's own CRS."""
    project = require_project(engine)
    layers = []
    with transaction(engine, actor) as conn:
        for layer in layers_for(actor):
            chosen = Chosen(layer, layer.fields_for(_role(actor)), None, None)
            rows = None if layer.of_plan else _count(conn, actor, chosen, language)
            title = translate(language, f"export.layer_{layer.key}")
            layers.append({"key": layer.key, "title": title, "rows": rows, "plan": layer.of_plan})
    crs = ["4326", str(CGCS2000), str(project.metric_epsg), "gcj02", "bd09", "3857"]
    return {
        "layers": layers,
        "formats": list(FORMATS),
        "crs": list(dict.fromkeys(crs)),
        "metric": str(project.metric_epsg),
        "small": translate(language, "export.small_note") if isinstance(actor, Actor) else "",
    }


def _role(actor: As) -> Any:
    return actor.role if isinstance(actor, Actor) else None


def _count(conn: Connection, actor: As, chosen: Chosen, language: str) -> int:
    return exports.count(conn, actor, query_of(chosen, language))


def _name(conn: Connection, project: Project, wish: Wish, target: str) -> str:
    """``district-layer-crs-day``, without what no file's name may hold."""
    what = wish.layers[0] if len(wish.layers) == 1 else "layers"
    if wish.plan is not None:
        what = f"plan{wish.plan}" if len(wish.layers) > 1 else f"plan{wish.plan}-{what[5:]}"
    day = plans.today(conn).strftime("%Y%m%d")
    return f"{project.name}-{what}-{target}-{day}".translate(_UNSAFE)[:120].strip(". ")


def _note(engine: Engine, actor: As, wish: Wish, rows: int) -> None:
    facts = {"format": wish.format, "crs": wish.crs, "plan": wish.plan, "rows": rows}
    subject = ",".join(wish.layers)
    with transaction(engine, SYSTEM) as conn:
        people.note(conn, "export", subject, account_id=account_of(actor), facts=facts)
