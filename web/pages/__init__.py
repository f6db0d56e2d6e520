"""The pages: thin views that render a template; what they show arrives through the API."""

from __future__ import annotations

from flask import Blueprint

from web.pages import main, sign_in

BLUEPRINTS: tuple[Blueprint, ...] = (sign_in.bp, main.bp)
