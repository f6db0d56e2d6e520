"""Who may call which route: one table, enforced in one place; what it does not list is closed.

Where a role may act (its communities, its grids) is not decided here but by the actor's scope.
"""

from __future__ import annotations

from flask import Flask, request

from gisgrid.errors import Forbidden, NotFound
from gisgrid.model.people import Role
from web.auth import actor

ANYONE: frozenset[Role] = frozenset()
SIGNED_IN = frozenset(Role)
DISTRICT = frozenset({Role.PLANNER, Role.STAFF, Role.ADMINISTRATOR})
PLANNERS = frozenset({Role.PLANNER, Role.ADMINISTRATOR})
INTAKE = frozenset({Role.STAFF, Role.ADMINISTRATOR})
LEADERS = frozenset({Role.LEADER})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})

ROUTES: dict[str, frozenset[Role]] = {
    "static": ANYONE,
    "openapi.spec": SIGNED_IN,
    # pages
    "sign_in.form": ANYONE,
    "sign_in.enter": ANYONE,
    "sign_in.enter_demonstration": ANYONE,
    "sign_in.leave": ANYONE,
    "sign_in.choose_language": ANYONE,
    "pages.outline": ANYONE,
    "pages.overview": SIGNED_IN,
    "pages.plans": DISTRICT,
    "pages.workbench": DISTRICT,
    "pages.compare": DISTRICT,
    "pages.grid_by_code": SIGNED_IN,
    "pages.coverage": DISTRICT,
    "pages.incidents": SIGNED_IN,
    "pages.desk": DISTRICT,
    "pages.data": DISTRICT,
    "pages.imports": PLANNERS,
    "pages.my": LEADERS,
    "pages.map_script": SIGNED_IN,
    # service
    "service.health": ANYONE,
    "service.sentences": ANYONE,
    # territory
    "district.district": SIGNED_IN,
    "district.grids": SIGNED_IN,
    "tiles.base": SIGNED_IN,
    "tiles.cells": SIGNED_IN,
    "tiles.plan_cells": DISTRICT,
    "tiles.district": SIGNED_IN,
    "my.my_grid": LEADERS,
    "data.holdings": DISTRICT,
    "data.codes": DISTRICT,
    "data.code_on": DISTRICT,
    "imports.upload": PLANNERS,
    "imports.preview": PLANNERS,
    "imports.confirm": PLANNERS,
    "imports.drop": PLANNERS,
    "imports.listed": PLANNERS,
    "imports.one": PLANNERS,
    "imports.undo": PLANNERS,
    "imports.rows": PLANNERS,
    "imports.rows_csv": PLANNERS,
    "imports.rows_gpkg": PLANNERS,
    "imports.mend": PLANNERS,
    "imports.drop_row": PLANNERS,
    "exports.choices": SIGNED_IN,
    "exports.ask": SIGNED_IN,
    "exports.file": SIGNED_IN,
    "buildings.of_cell": DISTRICT,
    "buildings.change": PLANNERS,
    # long work
    "jobs.listed": SIGNED_IN,
    "jobs.one": SIGNED_IN,
    "jobs.cancel": SIGNED_IN,
    "jobs.file": SIGNED_IN,
    # services and coverage
    "services.kinds": SIGNED_IN,
    "services.points": SIGNED_IN,
    "services.circle": SIGNED_IN,
    "services.coverage": SIGNED_IN,
    "services.reach": SIGNED_IN,
    "services.walk": SIGNED_IN,
    "services.of_plan": DISTRICT,
    "services.off_street": DISTRICT,
    "services.ground": DISTRICT,
    "services.trial": DISTRICT,
    "services.sites": DISTRICT,
    "services.sites_as_job": DISTRICT,
    "services.measured": DISTRICT,
    "services.measure": DISTRICT,
    "services.units_csv": DISTRICT,
    "services.uncovered_csv": DISTRICT,
    "services.geopackage": DISTRICT,
    "provision.workbook": DISTRICT,
    "provision.paper": DISTRICT,
    "provision.catchments": DISTRICT,
    "provision.catchments_csv": DISTRICT,
    "provision.catchments_xlsx": DISTRICT,
    "provision.what_if": DISTRICT,
    "provision.what_if_xlsx": DISTRICT,
    "provision.compare": DISTRICT,
    "provision.compare_xlsx": DISTRICT,
    "provision.tiers": DISTRICT,
    "provision.tiers_xlsx": DISTRICT,
    "provision.scenarios_listed": DISTRICT,
    "provision.scenario_saved": DISTRICT,
    "provision.scenario": DISTRICT,
    "provision.scenario_changed": DISTRICT,
    "provision.scenario_deleted": DISTRICT,
    # services and kinds changed by hand
    "service_edit.add": INTAKE,
    "service_edit.change": INTAKE,
    "service_edit.retire": INTAKE,
    "service_edit.restore": INTAKE,
    "service_edit.retired": INTAKE,
    "service_edit.unreadable_hours": DISTRICT,
    "service_edit.add_kind": INTAKE,
    "service_edit.change_kind": INTAKE,
    # incidents
    "incidents.listed": SIGNED_IN,
    "incidents.one": SIGNED_IN,
    "incidents.import_file": INTAKE,
    # the life of a case: which step is for whom is written in the table of transitions
    "cases.queue": DISTRICT,
    "cases.create": SIGNED_IN,
    "cases.vocabulary": SIGNED_IN,
    "cases.step": SIGNED_IN,
    "cases.steps": INTAKE,
    "cases.route": DISTRICT,
    "cases.public": SIGNED_IN,
    "cases.contact": INTAKE,
    "cases.wishes": SIGNED_IN,
    "cases.figures": SIGNED_IN,
    "cases.areas": DISTRICT,
    "cases.rankings": SIGNED_IN,
    "cases.freeze": INTAKE,
    "cases.shown": INTAKE,
    "cases.agenda": DISTRICT,
    "cases.agenda_xlsx": DISTRICT,
    "cases.agenda_pdf": DISTRICT,
    "case_settings.all_settings": INTAKE,
    "case_settings.day": INTAKE,
    "case_settings.deadlines": INTAKE,
    "case_settings.bodies": INTAKE,
    "case_settings.scheme": INTAKE,
    "case_settings.worker": INTAKE,
    "case_settings.new_round": INTAKE,
    "case_settings.switch": INTAKE,
    "case_settings.alert": INTAKE,
    "incident_map.columns": SIGNED_IN,
    "incident_map.texts": SIGNED_IN,
    "incident_map.tray": SIGNED_IN,
    "incident_map.hotspots": SIGNED_IN,
    "incident_map.gap": DISTRICT,
    "incident_map.export": SIGNED_IN,
    "pages.report": SIGNED_IN,
    "pages.report_worker": ANYONE,
    "reports.form": SIGNED_IN,
    "reports.place": SIGNED_IN,
    "reports.similar": SIGNED_IN,
    "reports.search": SIGNED_IN,
    "reports.create": SIGNED_IN,
    "reports.give_place": INTAKE,
    "reports.photos": SIGNED_IN,
    "reports.photo": SIGNED_IN,
    "reports.picture": SIGNED_IN,
    "reports.keep_private": INTAKE,
    "pages.keys": ADMINISTRATORS,
    "api_keys.listed": ADMINISTRATORS,
    "api_keys.make": ADMINISTRATORS,
    "api_keys.revoke": ADMINISTRATORS,
    # Open311: public by its nature; writing needs the key of a client
    "open311.discovery": ANYONE,
    "open311.services": ANYONE,
    "open311.media": ANYONE,
    "open311.definition": ANYONE,
    "open311.requests": ANYONE,
    "open311.one": ANYONE,
    "open311.create": ANYONE,
    "open311.token": ANYONE,
    "open311.updates": ANYONE,
    "open311.take_update": ANYONE,
    # OGC API
    "ogc.landing": SIGNED_IN,
    "ogc.conformance": SIGNED_IN,
    "ogc.api": SIGNED_IN,
    "ogc.collections": SIGNED_IN,
    "ogc.collection": SIGNED_IN,
    "ogc.items": SIGNED_IN,
    "ogc.item": SIGNED_IN,
    "ogc.tilejson": SIGNED_IN,
    "ogc.tile": SIGNED_IN,
    # plans
    "project.approval": ADMINISTRATORS,
    "plans.listed": DISTRICT,
    "plans.create": PLANNERS,
    "plans.create_of_street": PLANNERS,
    "plans.rename": PLANNERS,
    "plans.one": DISTRICT,
    "plans.edit": PLANNERS,
    "plans.undo": PLANNERS,
    "plans.redo": PLANNERS,
    "plans.jump": PLANNERS,
    "plans.checkpoint": PLANNERS,
    "plans.grid": PLANNERS,
    "plans.dissolve": PLANNERS,
    "plan_ground.cut": PLANNERS,
    "plan_ground.polygon": PLANNERS,
    "plan_ground.locks": PLANNERS,
    "plan_ground.buildings": DISTRICT,
    "plan_ground.place": PLANNERS,
    "plan_ground.incidents": DISTRICT,
    "plans.edits": DISTRICT,
    "plans.balance": PLANNERS,
    "plans.balanced": PLANNERS,
    "together.follow": DISTRICT,
    "plans.suggestions": DISTRICT,
    "plans.rules": DISTRICT,
    "plans.publish": PLANNERS,
    "plans.submit": PLANNERS,
    "plans.approve": PLANNERS,
    "plans.withdraw": PLANNERS,
    "plans.reviews": DISTRICT,
    "plans.grids_csv": DISTRICT,
    "plans.delete": PLANNERS,
    "plan_comparison.view": DISTRICT,
    "plan_comparison.notice_pdf": DISTRICT,
    "plan_comparison.notice_xlsx": DISTRICT,
    "plan_papers.book": DISTRICT,
    "plan_papers.leaders": DISTRICT,
    "plan_papers.workbook": DISTRICT,
}
"""Endpoint → roles that may call it. `ANYONE` needs no account."""


def install(app: Flask) -> None:
    """Check every request against the table, before its view."""
    app.before_request(check)


def check() -> None:
    """Refuse the request unless its endpoint is listed for the actor's role.

    Raises
    ------
    SignedOut
        Nobody is signed in and the route is not for anyone.
    Forbidden
        The actor's role is not listed.
    NotFound
        The endpoint is not in the table.
    """
    if request.endpoint is None:
        return
    roles = ROUTES.get(request.endpoint)
    if roles is None:
        raise NotFound(f"route {request.endpoint} is not in the table of routes")
    if roles is not ANYONE and actor().role not in roles:
        raise Forbidden(f"a {actor().role} may not call {request.endpoint}")


def may(role: Role, endpoint: str) -> bool:
    """Whether the table lists `endpoint` for `role`."""
    roles = ROUTES.get(endpoint)
    return roles is not None and (roles is ANYONE or role in roles)
