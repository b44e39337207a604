"""The page's files, as `make console` built them: served by the door itself, from the same origin as what they ask.

What is in ``assets`` carries a hash of its content in its name, so a browser keeps it for ever; the rest is asked for
anew each time. Beside each asset lie its compressed forms. Browsers are told what the page may do (Content Security
Policy): scripts and styles from here alone, sockets to here and to the headsets' addresses, nothing else.
"""

from __future__ import annotations

import asyncio
import mimetypes
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.exceptions import HTTPException

DIST = Path(__file__).resolve().parents[1] / "console" / "dist"
# No name begins with a dot, and none has a slash: nothing outside the folder can be meant.
NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
FOREVER = "public, max-age=31536000, immutable"
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
NOT_BUILT = (
    '<!doctype html><html lang="es"><head><meta charset="utf-8"><title>Cintillo</title></head><body><p>'
    "La consola no está construida: ejecute <code>make console</code> y recargue esta página.</p></body></html>"
)

router = APIRouter(include_in_schema=False)


class Pages:
    """The built page in a folder, and the policy that goes with it."""

    def __init__(self, folder: Path, sockets: Iterable[str]) -> None:
        self.folder = folder
        self.policy = policy(sockets)

    def index(self) -> Response:
        try:
            body = (self.folder / "index.html").read_text("utf-8")
        except FileNotFoundError:
            return self._page(NOT_BUILT, 503)
        return self._page(body, 200)

    def asset(self, name: str, accepts: str) -> Response:
        """A file of ``assets``, compressed as the browser likes it best. Raises 404."""
        headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
        folder = self.folder / "assets"
        for encoding, suffix in ENCODINGS:
            packed = folder / f"{name}{suffix}"
            if encoding in accepts and packed.is_file():
                return _file(packed, name, headers | {"Content-Encoding": encoding})
        return _file(folder / name, name, headers)

    def other(self, name: str) -> Response:
        return _file(self.folder / name, name, {"Cache-Control": "no-cache"})

    def _page(self, body: str, status: int) -> Response:
        headers = {
            "Content-Security-Policy": self.policy,
            "Permissions-Policy": "microphone=(self), autoplay=(self), camera=(), geolocation=()",
            "Cache-Control": "no-cache",
        }
        return Response(body, status, headers, media_type="text/html; charset=utf-8")


def policy(addresses: Iterable[str]) -> str:
    """The Content Security Policy; `addresses`: headsets' WebSockets, of which whole URLs are elsewhere than here."""
    away = [there for there in map(urlsplit, addresses) if there.netloc]
    sockets = "".join(dict.fromkeys(f" {there.scheme}://{there.netloc}" for there in away))
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"connect-src 'self'{sockets}",
            "img-src 'self' data:",
            "media-src 'self' blob:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def _file(path: Path, name: str, headers: dict[str, str]) -> Response:
    kind, packing = mimetypes.guess_type(name)
    # A page is never served without its policy, nor a packed form under its own name.
    if not NAME.fullmatch(name) or kind in (None, "text/html") or packing:
        raise HTTPException(404, "Not Found")
    try:
        return Response(path.read_bytes(), headers=headers, media_type=kind)
    except (FileNotFoundError, IsADirectoryError):
        raise HTTPException(404, "Not Found") from None


def _pages(request: Request) -> Pages:
    pages: Pages = request.app.state.pages
    return pages


@router.get("/")
async def index(request: Request) -> Response:
    return await asyncio.to_thread(_pages(request).index)


@router.get("/assets/{name}")
async def asset(request: Request, name: str) -> Response:
    return await asyncio.to_thread(_pages(request).asset, name, request.headers.get("accept-encoding", ""))


@router.get("/{name}")
async def other(request: Request, name: str) -> Response:
    return await asyncio.to_thread(_pages(request).other, name)


def open_pages(app: FastAPI, sockets: Iterable[str] = (), folder: Path = DIST) -> None:
    """Add the page to the door: last, since its addresses are the ones that nothing else has."""
    app.state.pages = Pages(folder, sockets)
    app.include_router(router)
