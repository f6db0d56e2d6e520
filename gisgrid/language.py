"""The catalogue of sentences in Chinese and English, shared by pages, scripts and the command line.

Files are ``locales/<language>/<area>.json``; keys are ``<area>.<name>``; ``{name}`` marks a value.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from gisgrid.errors import GisGridError

LANGUAGES = ("zh", "en")
DEFAULT_LANGUAGE = "zh"


@cache
def catalogue(language: str) -> dict[str, str]:
    """All sentences of `language`, by key; of the default language when it is not one of ours."""
    folder = (
        files("gisgrid") / "locales" / (language if language in LANGUAGES else DEFAULT_LANGUAGE)
    )
    sentences: dict[str, str] = {}
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        sentences |= json.loads(file.read_text(encoding="utf-8"))
    return sentences


def translate(language: str, key: str, /, **values: Any) -> str:
    """The sentence `key` with its values filled in; the key itself when nobody wrote it."""
    sentence = catalogue(language).get(key, key)
    for name, value in values.items():
        sentence = sentence.replace("{" + name + "}", str(value))
    return sentence


def explain(language: str, error: GisGridError) -> str:
    """The error's sentence in `language`; its own English one when the catalogue has none."""
    key = f"error.{error.key}"
    if key not in catalogue(language):
        return str(error)
    return translate(language, key, **error.facts)
