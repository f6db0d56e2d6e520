"""Security headers of every answer; pages of one account are never kept by a shared cache."""

from __future__ import annotations

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=()",
}


def install(app: Flask) -> None:
    """Set the headers on every answer; over HTTPS also that it stays HTTPS."""
    app.after_request(add_headers)
    if app.config["SESSION_COOKIE_SECURE"]:
        app.after_request(stay_secure)


def stay_secure(response: Response) -> Response:
    """The answer with the order to come back over HTTPS only, for a year."""
    response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def add_headers(response: Response) -> Response:
    """The answer with our headers; private unless the view said otherwise."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "private, no-store")
    return response
