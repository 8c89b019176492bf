"""The plain HTML pages that a person sees in a browser during installation."""

from __future__ import annotations

from html import escape

from aiohttp import web

from bot.core.language.words import _, current_language

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
STYLE = (
    "body{font:18px/1.5 system-ui,sans-serif;max-width:32em;margin:18vh auto;padding:0 1.5em;"
    "color:#222;background:#faf8f3}h1{font-size:1.4em}a{color:inherit}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#1d1c1a}}"
)


def build_page(status: int, title: str, sentence: str, again: str = "") -> web.Response:
    """Return a page with one heading, one sentence and, with `again`, a link to begin again."""
    begin = escape(_("Start over"))
    link = f'<p><a href="{escape(again)}">{begin}</a></p>' if again else ""
    html = (
        f'<!doctype html><html lang="{current_language()}"><meta charset="utf-8">'
        f"<title>{escape(title)} · Ahabot</title>"
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>'
        f"<h1>{escape(title)}</h1><p>{escape(sentence)}</p>{link}</html>"
    )
    return web.Response(status=status, text=html, content_type="text/html", headers=HEADERS)
