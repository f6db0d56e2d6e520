"""Open311: where an endpoint is, which version it speaks, whom to ask for a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gisgrid.services.view_district import require_project

if TYPE_CHECKING:
    from sqlalchemy import Engine

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGED = "2026-11-21T00:00:00+08:00"
"""When what this endpoint answers changed last."""


def discovery(engine: Engine, host: str) -> dict[str, Any]:
    """The discovery document of the endpoint at `host` (with its closing slash)."""
    project = require_project(engine)
    kind = "test" if project.demonstration else "production"
    return {
        "changeset": CHANGED,
        "contact": project.name,
        "key_service": f"{project.name}：管理员在“接口密钥”页签发 / issued by the administrator",
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": f"{host}open311/v2",
                "changeset": CHANGED,
                "type": kind,
                "formats": ["application/json", "text/xml"],
            }
        ],
    }
