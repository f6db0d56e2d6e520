"""The API: one blueprint a module, JSON in and out."""

from __future__ import annotations

from flask import Blueprint

from web.api import buildings, data, district, incident_map, incidents, jobs, my, plans, service, services, tiles

BLUEPRINTS: tuple[Blueprint, ...] = (
    service.bp,
    district.bp,
    tiles.bp,
    services.bp,
    incidents.bp,
    incident_map.bp,
    jobs.bp,
    my.bp,
    plans.bp,
    data.bp,
    buildings.bp,
)
