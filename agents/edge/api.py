"""The agents' door: REST for coming in and for the board, one WebSocket for the console.

**Coming in.** ``POST /api/login`` gives a token. REST calls carry it as ``Authorization: Bearer <token>``. The
WebSocket carries it as a subprotocol, the one header that a browser lets a page set::

    new WebSocket("wss://host/ws", ["cintillo.v1", "token." + token])

so that it is in no URL, no log of addresses and no history. The server answers with ``cintillo.v1``, always accepts the
handshake and says a refusal as a close code (`agents.edge.link`), because a page is not told the HTTP status of a
handshake that failed. There are no cookies, hence nothing for another site to ride on. Cintillo speaks plain HTTP: put
a proxy with TLS before it wherever the network is not the machine's own.

**Refusals** are all ``{"code": "...", "detail": "one sentence for the person"}``, like `Problem` on the WebSocket.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Protocol

import msgspec
from fastapi import APIRouter, Depends, FastAPI, Request, Response, WebSocket
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from agents.access import Permission, allowed
from agents.desk import Desk, Users
from agents.docs_page import docs_page
from agents.edge.auth import Doorkeeper, Throttled, token_sha256
from agents.edge.link import NO_CALLS, NO_SESSION, Link
from agents.edge.pipe import Close
from agents.usuario import Usuario

Metrics = Callable[[], tuple[bytes, str]]

SUBPROTOCOL, TOKEN_PREFIX = "cintillo.v1", "token."
BODY_BYTES_MAX = 65_536
UPLOADS = dict.fromkeys(("/api/cargas", "/api/cargas/columnas"), 256 * 1024 * 1024)
"""Where files may come, and how many bytes of them; they are read only from whoever may load."""
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
)


class Refused(Exception):
    """A request that is answered with a refusal."""

    def __init__(self, status: int, code: str, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.headers = status, code, detail, headers

    def response(self) -> JSONResponse:
        return JSONResponse({"code": self.code, "detail": self.detail}, self.status, self.headers)


class AnyLink(Protocol):
    """A WebSocket of the door."""

    async def run(self) -> None: ...

    def leave(self) -> None:
        """Its person logged out."""
        ...


MakeLink = Callable[[Usuario, Callable[[], Awaitable[bool]]], AnyLink]
"""Given who it is, and what tells whether their session still holds."""


def token_of(offered: list[str]) -> str:
    """The token among the subprotocols that a page offers; "" where there is none."""
    return next((one.removeprefix(TOKEN_PREFIX) for one in offered if one.startswith(TOKEN_PREFIX)), "")


class Door:
    """What the endpoints work with; one per app, at ``app.state.door``."""

    def __init__(self, desk: Desk, users: Users, metrics: Metrics, now_ms: Callable[[], int], session_ms: int) -> None:
        self.desk = desk
        self.metrics = metrics
        self.now_ms = now_ms
        self.keeper = Doorkeeper(users, session_ms)
        self.links: dict[str, set[AnyLink]] = {}

    async def whose(self, token: str) -> Usuario | None:
        return await self.keeper.whose(token, self.now_ms())

    async def holds(self, token: str) -> bool:
        """Whether the session is still one."""
        return await self.whose(token) is not None

    async def accept(self, socket: WebSocket, permission: Permission, refused: Close, link: MakeLink) -> None:
        """Take in a page's WebSocket by the token among its subprotocols, and carry its link until it ends.

        The handshake is always accepted; `refused` closes that of a role without the permission.
        """
        offered: list[str] = socket.scope["subprotocols"]
        token = token_of(offered)
        usuario = await self.whose(token)
        await socket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
        if usuario is None:
            await socket.close(*NO_SESSION)
        elif not allowed(usuario.role, permission):
            await socket.close(*refused)
        else:
            await self.keep(link(usuario, lambda: self.holds(token)), token)

    async def keep(self, link: AnyLink, token: str) -> None:
        """One link until it ends, by the session's end at the latest."""
        key = token_sha256(token)
        self.links.setdefault(key, set()).add(link)
        try:
            await link.run()
        finally:
            self.links[key].discard(link)
            if not self.links[key]:
                del self.links[key]

    async def logout(self, token: str) -> None:
        await self.keeper.logout(token)
        for link in tuple(self.links.get(token_sha256(token), ())):
            link.leave()


class Login(BaseModel):
    model_config = ConfigDict(extra="forbid")

    usuario: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00]*$", examples=["e01"])]
    clave: Annotated[str, Field(min_length=1, max_length=256, repr=False, examples=["…"])]


class LoggedIn(BaseModel):
    token: str
    role: str
    name: str
    expires_ms: int = Field(description="Milisegundos desde 1970 en el reloj del piso.")


class Me(BaseModel):
    code: str
    name: str
    role: str
    carteras: tuple[str, ...]
    permissions: tuple[str, ...] = Field(description="Lo que este rol puede hacer.")
    zone: str = Field(description="La zona horaria del piso (IANA): en ella se muestran las horas.")


class Refusal(BaseModel):
    code: str
    detail: str = Field(description="Una frase para la persona.")


class Health(BaseModel):
    ok: bool
    now_ms: int


# ── who asks ────────────────────────────────────────────────────────────────────────────────────────

_bearer = HTTPBearer(auto_error=False, description="El token que entrega /api/login.")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def _door(request: Request) -> Door:
    door: Door = request.app.state.door
    return door


TheDoor = Annotated[Door, Depends(_door)]


async def _someone(door: TheDoor, credentials: Credentials) -> Usuario:
    usuario = await door.whose(credentials.credentials) if credentials else None
    if usuario is None:
        raise Refused(401, "no_session", NO_SESSION.reason, {"WWW-Authenticate": "Bearer"})
    return usuario


Someone = Annotated[Usuario, Depends(_someone)]


def needs(permission: Permission) -> Callable[[Usuario], Awaitable[Usuario]]:
    """A dependency: the usuario who asks, refused with 403 unless their role has the permission."""

    async def check(usuario: Someone) -> Usuario:
        if not allowed(usuario.role, permission):
            raise Refused(403, "forbidden", f"El rol {usuario.role} no tiene el permiso {permission.value}.")
        return usuario

    return check


# ── REST ────────────────────────────────────────────────────────────────────────────────────────────

router = APIRouter()
_401: dict[int | str, dict[str, Any]] = {401: {"model": Refusal, "description": "Sin sesión."}}
_403: dict[int | str, dict[str, Any]] = {403: {"model": Refusal, "description": "El rol no tiene el permiso."}}
_422: dict[int | str, dict[str, Any]] = {422: {"model": Refusal, "description": "La petición está mal formada."}}


@router.post(
    "/api/login",
    tags=["sesión"],
    summary="Ingresar",
    responses={
        401: {"model": Refusal, "description": "Usuario y clave no corresponden."},
        429: {"model": Refusal, "description": "Demasiados intentos; vea Retry-After (segundos)."},
        **_422,
    },
)
async def login(request: Request, door: TheDoor, body: Login) -> LoggedIn:
    """Entrega un token de sesión. Cada intento fallido de más alarga la espera (de 1 segundo a 5 minutos)."""
    address = request.client.host if request.client else ""
    try:
        entered = await door.keeper.login(body.usuario, body.clave, address, door.now_ms())
    except Throttled as wait:
        raise Refused(429, "throttled", str(wait), {"Retry-After": str(-(-wait.wait_ms // 1000))}) from None
    if entered is None:
        raise Refused(401, "bad_login", "El usuario y la clave no corresponden.")
    usuario, token, expires_ms = entered
    return LoggedIn(token=token, role=usuario.role, name=usuario.name, expires_ms=expires_ms)


@router.post("/api/logout", tags=["sesión"], summary="Salir", status_code=204, responses=_401)
async def logout(door: TheDoor, usuario: Someone, credentials: Credentials) -> Response:
    """Termina la sesión; la consola abierta con ella, si la hay, sale del piso y se cierra."""
    assert credentials is not None, "someone asked, so there is a token"
    await door.logout(credentials.credentials)
    return Response(status_code=204)


@router.get("/api/me", tags=["sesión"], summary="Quién soy", responses=_401)
async def me(door: TheDoor, usuario: Someone) -> Me:
    """El usuario de la sesión, sus permisos y la zona del piso."""
    granted = tuple(permission.value for permission in Permission if allowed(usuario.role, permission))
    who = {"code": usuario.code, "name": usuario.name, "role": usuario.role, "carteras": usuario.carteras}
    return Me(**who, permissions=granted, zone=door.desk.zone)


@router.get(
    "/api/floor",
    tags=["piso"],
    summary="El tablero",
    responses={**_401, **_403},
    dependencies=[Depends(needs(Permission.SEE_FLOOR))],
)
async def floor(door: TheDoor) -> dict[str, Any]:
    """Cómo va el piso ahora: ejecutivos y sus estados, llamadas, abandono, motivos de lo no llamado."""
    # Encoded here: FastAPI's own encoder walks the whole snapshot in Python on the loop that also bridges calls.
    return Response(msgspec.json.encode(door.desk.floor()), media_type="application/json")  # type: ignore[return-value]


@router.get("/api/health", tags=["servicio"], summary="¿Está vivo?")
async def health(door: TheDoor) -> Health:
    """Responde mientras el servicio atiende."""
    return Health(ok=True, now_ms=door.now_ms())


@router.get("/metrics", tags=["servicio"], summary="Métricas para Prometheus", response_class=Response)
async def metrics(door: TheDoor) -> Response:
    """Sin datos personales; sin sesión, como Prometheus espera."""
    body, content_type = door.metrics()
    return Response(body, headers={"content-type": content_type})


@router.get("/docs", include_in_schema=False)
async def docs(request: Request) -> HTMLResponse:
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
    return HTMLResponse(docs_page(request.app.openapi()), headers={"Content-Security-Policy": policy})


# ── WebSocket ───────────────────────────────────────────────────────────────────────────────────────


@router.websocket("/ws")
async def console(socket: WebSocket) -> None:
    """The console (`agents.messages`); see the top of this file for how the token comes."""
    door: Door = socket.app.state.door
    take_calls = Permission.TAKE_CALLS
    await door.accept(socket, take_calls, NO_CALLS, lambda usuario, holds: Link(socket, door.desk, usuario, holds))


# ── the app ─────────────────────────────────────────────────────────────────────────────────────────


class Guard:
    """Bounds the body of every request, and adds to every response the headers that keep browsers careful."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                own = list(message.get("headers", ()))
                named = {name for name, _ in own}
                message["headers"] = own + [one for one in HEADERS if one[0] not in named]
            await send(message)

        app = self._app if _bounded(scope) else TOO_LARGE
        return await app(scope, receive, guarded)


def _bounded(scope: Scope) -> bool:
    """Whether the body says its length and it is small: what is not told beforehand could go on for ever."""
    headers = dict(scope["headers"])
    return b"transfer-encoding" not in headers and int(headers.get(b"content-length", 0)) <= _most(scope)


def _most(scope: Scope) -> int:
    return UPLOADS.get(scope["path"], BODY_BYTES_MAX) if scope["method"] == "POST" else BODY_BYTES_MAX


TOO_LARGE = Refused(
    413,
    "too_large",
    f"El cuerpo debe declarar su largo y no pasar de {BODY_BYTES_MAX} bytes ({UPLOADS['/api/cargas']} una carga).",
).response()


def create_app(desk: Desk, users: Users, *, metrics: Metrics, now_ms: Callable[[], int], session_ms: int) -> FastAPI:
    """The ASGI app.

    `now_ms` is the floor's clock, `session_ms` how long a login holds; `metrics` returns the body of ``/metrics`` and
    its content type.
    """
    app = FastAPI(
        title="Cintillo",
        version="1",
        description="La puerta de los ejecutivos: sesión, tablero y consola.",
        docs_url=None,
        redoc_url=None,
    )
    app.state.door = Door(desk, users, metrics, now_ms, session_ms)
    app.include_router(router)
    app.add_middleware(Guard)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _failed)
    return app


async def _refused(_: Request, refused: Exception) -> Response:
    assert isinstance(refused, Refused)
    return refused.response()


async def _malformed(_: Request, wrong: Exception) -> Response:
    """Say where and what, and never echo the value: it may be a password."""
    assert isinstance(wrong, RequestValidationError)
    faults = "; ".join(f"«{'.'.join(str(part) for part in fault['loc'])}»: {fault['msg']}" for fault in wrong.errors())
    return Refused(422, "malformed", f"La petición está mal formada: {faults}.").response()


async def _http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = f"{error.detail}; las direcciones que existen están en /docs."
    headers = dict(error.headers) if error.headers else None
    return Refused(error.status_code, "http", detail, headers).response()


async def _failed(_: Request, __: Exception) -> Response:
    """A fault of ours, or a database that is away: in the log it has its trace, to the person it is a sentence."""
    return Refused(500, "failed", "El servicio no pudo atender la petición: pruebe otra vez.").response()
