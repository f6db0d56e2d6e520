"""The API: one blueprint a module, JSON in and out."""

from __future__ import annotations

from flask import Blueprint

from web.api import (
    api_keys,
    buildings,
    case_settings,
    cases,
    data,
    district,
    exports,
    imports,
    incident_map,
    incidents,
    jobs,
    my,
    plan_comparison,
    plan_ground,
    plan_papers,
    plans,
    project,
    provision,
    reports,
    service,
    service_edit,
    services,
    tiles,
    together,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    service.bp,
    district.bp,
    tiles.bp,
    services.bp,
    service_edit.bp,
    provision.bp,
    incidents.bp,
    cases.bp,
    case_settings.bp,
    incident_map.bp,
    api_keys.bp,
    reports.bp,
    jobs.bp,
    my.bp,
    plans.bp,
    project.bp,
    plan_comparison.bp,
    plan_papers.bp,
    plan_ground.bp,
    together.bp,
    data.bp,
    imports.bp,
    exports.bp,
    buildings.bp,
)
