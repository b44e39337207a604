"""The API's documentation as one HTML page without scripts or foreign assets, made from its OpenAPI description."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

import msgspec

from agents.messages import ClientMessage, ServerMessage

_STYLE = """
:root{color-scheme:light dark;--ink:#1c2733;--soft:#5b6b7b;--line:#d9e0e7;--back:#fff;--card:#f6f8fa;--accent:#0b6e75}
@media(prefers-color-scheme:dark){:root{--ink:#e4eaf0;--soft:#9aabba;--line:#33414e;--back:#12181e;--card:#1a222a;
--accent:#5cc3c9}}
*{box-sizing:border-box}body{margin:0 auto;max-width:60rem;padding:2rem 1.25rem 5rem;background:var(--back);
color:var(--ink);font:16px/1.5 system-ui,sans-serif}h1{margin:0}h2{margin:2.5rem 0 .75rem;font-size:1.2rem}
h3{margin:1rem 0 .3rem;font-size:.85rem;color:var(--soft);font-weight:600}p{margin:.4rem 0}a{color:var(--accent)}
code,.path{font-family:ui-monospace,monospace;font-size:.92em}.soft{color:var(--soft)}
details{border:1px solid var(--line);border-radius:.5rem;background:var(--card);margin:.5rem 0;padding:.6rem .9rem}
summary{cursor:pointer;display:flex;gap:.75rem;align-items:baseline;flex-wrap:wrap}
.verb{background:var(--accent);color:var(--back);border-radius:.3rem;padding:0 .5rem;font-size:.8rem;font-weight:700}
table{border-collapse:collapse;width:100%;margin:.4rem 0}td,th{border-top:1px solid var(--line);padding:.3rem .6rem;
text-align:left;vertical-align:top}th{color:var(--soft);font-weight:600;font-size:.85rem}.wide{overflow-x:auto}
"""


def docs_page(openapi: dict[str, Any]) -> str:
    """The page, in Spanish. `openapi` is the decoded OpenAPI 3 document."""
    info = openapi["info"]
    return (
        '<!doctype html><html lang="es"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(info['title'])}: API</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(info['title'])}</h1><p class=soft>{escape(info.get('description', ''))} "
        'Para programas: <a href="/openapi.json">openapi.json</a>.</p>'
        f"{''.join(_groups(openapi))}{_console()}</body></html>"
    )


# ── REST ────────────────────────────────────────────────────────────────────────────────────────────


def _groups(openapi: dict[str, Any]) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    for path, verbs in openapi["paths"].items():
        for verb, operation in verbs.items():
            tag = operation.get("tags", ["otros"])[0]
            groups.setdefault(tag, []).append(_operation(openapi, path, verb, operation))
    for tag, operations in groups.items():
        yield f"<h2>{escape(tag.capitalize())}</h2>{''.join(operations)}"


def _operation(openapi: dict[str, Any], path: str, verb: str, operation: dict[str, Any]) -> str:
    lock = "<span class=soft>con sesión</span>" if operation.get("security") else ""
    body = _content(openapi, operation.get("requestBody", {}))
    asked = f"<h3>Se envía</h3>{body}" if body else ""
    return (
        f"<details><summary><span class=verb>{escape(verb.upper())}</span><span class=path>{escape(path)}</span>"
        f"<span>{escape(operation.get('summary', ''))}</span>{lock}</summary>"
        f"<p>{escape(operation.get('description', ''))}</p>{asked}<h3>Responde</h3>"
        f"{_table(('estado', 'qué es', 'campos'), _responses(openapi, operation))}</details>"
    )


def _responses(openapi: dict[str, Any], operation: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for status, response in operation["responses"].items():
        yield escape(status), escape(response["description"]), _content(openapi, response)


def _content(openapi: dict[str, Any], holder: dict[str, Any]) -> str:
    schema = holder.get("content", {}).get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    properties = openapi["components"]["schemas"][name].get("properties", {}) if name else {}
    return "<br>".join(_property(key, part) for key, part in properties.items())


def _property(name: str, part: dict[str, Any]) -> str:
    kind = escape(str(part.get("type", "")))
    return f"<code>{escape(name)}</code> <span class=soft>{kind} {escape(part.get('description', ''))}</span>"


# ── the console's messages ──────────────────────────────────────────────────────────────────────────


def _console() -> str:
    return (
        "<h2>Consola (WebSocket)</h2>"
        "<p><span class=path>/ws</span>, con los subprotocolos <code>cintillo.v1</code> y "
        "<code>token.</code> seguido del token. Cada mensaje es un objeto JSON cuyo <code>type</code> lo nombra.</p>"
        f"<h3>La consola dice</h3>{_table(('type', 'campos', 'qué es'), _messages(typing.get_args(ClientMessage)))}"
        f"<h3>El servidor dice</h3>{_table(('type', 'campos', 'qué es'), _messages(typing.get_args(ServerMessage)))}"
    )


def _messages(kinds: Iterable[type[msgspec.Struct]]) -> Iterator[tuple[str, str, str]]:
    for kind in kinds:
        fields = ", ".join(f"<code>{escape(field.encode_name)}</code>" for field in msgspec.structs.fields(kind))
        yield f"<code>{escape(str(kind.__struct_config__.tag))}</code>", fields, escape(inspect.getdoc(kind) or "")


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<div class=wide><table><tr>{head}</tr>{body}</table></div>"
