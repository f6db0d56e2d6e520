"""Open311 GeoReport v2 at /open311/v2/: JSON and XML, errors as arrays, no account needed."""

from __future__ import annotations

from web.open311.views import bp

__all__ = ["bp"]
