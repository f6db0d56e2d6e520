"""Settings, read once from the environment at the edge; nothing else reads `os.environ`.

DATABASE_URL         a real PostGIS server (postgresql://…); empty: the embedded one
GISGRID_DATA         data folder (embedded database, secrets); default ``var`` in the root
GISGRID_SECRET       key for signing form tokens; empty: made once and kept in the data folder
GISGRID_SECURE       "1" when served over HTTPS: cookies are then Secure
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation may choose. Values, no behaviour."""

    data: Path
    database_url: str | None = None
    secret: str | None = None
    secure: bool = False

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Settings from `env`, the process's environment by default."""
        env = os.environ if env is None else env
        return cls(
            data=Path(env.get("GISGRID_DATA") or ROOT / "var").resolve(),
            database_url=env.get("DATABASE_URL") or None,
            secret=env.get("GISGRID_SECRET") or None,
            secure=env.get("GISGRID_SECURE") == "1",
        )


def secret_key(settings: Settings) -> str:
    """The signing key: the one set, or one made once and kept, readable by its owner only."""
    if settings.secret:
        return settings.secret
    file = settings.data / "secret"
    if not file.exists():
        settings.data.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))
    return file.read_text()
