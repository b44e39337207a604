"""The page that documents the API."""

from __future__ import annotations

import typing
from html.parser import HTMLParser

from agents.docs_page import docs_page
from agents.messages import ClientMessage, ServerMessage

OPENAPI = {
    "info": {"title": "Cintillo <1>", "description": "«&»"},
    "paths": {
        "/api/x": {
            "post": {
                "tags": ["cosas"],
                "summary": "Hacer <b>",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/X"}}}},
                "responses": {"200": {"description": "Bien."}},
            }
        },
        "/y": {"get": {"responses": {"200": {"description": "Bien."}}}},
    },
    "components": {"schemas": {"X": {"properties": {"campo": {"type": "string", "description": "Un <campo>."}}}}},
}


class Balanced(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_endpoint_its_fields_and_every_message_of_the_console_are_on_the_page() -> None:
    page = docs_page(OPENAPI)
    assert "/api/x" in page
    assert "<code>campo</code>" in page
    for kind in (*typing.get_args(ClientMessage), *typing.get_args(ServerMessage)):
        assert f"<code>{kind.__struct_config__.tag}</code>" in page


def test_the_page_is_well_formed_and_shows_text_as_text() -> None:
    page = docs_page(OPENAPI)
    parser = Balanced()
    parser.feed(page)
    assert parser.open == []
    assert "Hacer &lt;b&gt;" in page
    assert "Un &lt;campo&gt;." in page
