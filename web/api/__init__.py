"""The API: one blueprint a module, JSON in and out."""

from __future__ import annotations

from flask import Blueprint

from web.api import (
    buildings,
    data,
    district,
    incident_map,
    incidents,
    jobs,
    my,
    plans,
    provision,
    service,
    services,
    tiles,
    together,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    service.bp,
    district.bp,
    tiles.bp,
    services.bp,
    provision.bp,
    incidents.bp,
    incident_map.bp,
    jobs.bp,
    my.bp,
    plans.bp,
    together.bp,
    data.bp,
    buildings.bp,
)
