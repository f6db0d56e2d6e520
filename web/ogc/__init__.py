"""OGC API – Features (part 1: core, GeoJSON, HTML, OpenAPI 3.0) and tiles, read-only, below /ogc/.

A program signs in with every request (HTTP Basic, the account's login and password); a browser may
use the session it has. Reading only: nothing here is changed, so no form token is asked for.
"""

from __future__ import annotations

from web.ogc.views import bp

__all__ = ["bp"]
