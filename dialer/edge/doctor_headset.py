"""The doctor's look at what headsets in the browser need: Asterisk's modules, and the WebSocket itself."""

from __future__ import annotations

import base64
import http.client
import secrets
from typing import Final
from urllib.parse import urlsplit

from config.headset import Headset
from dialer.edge.doctor_ami import Visit
from dialer.edge.doctor_check import Check, Step

MODULES: Final = ("res_http_websocket", "res_pjsip_transport_websocket", "res_srtp", "app_echo", "func_timeout")
WEB, SOCKET = "audífono web", "WebSocket SIP"
SWITCHING = 101


def headset_steps(visit: Visit, headset: Headset, timeout_s: float) -> list[Step]:
    """None where settings name no headset in the browser."""
    others = [_step(f"{SOCKET} de {node}", ws, timeout_s) for node, ws in headset.nodes.items()]
    if not headset.ws:
        return others
    return [
        visit.step(WEB, lambda: _modules(visit), "ModuleCheck"),
        _step(SOCKET, headset.ws, timeout_s),
        *others,
    ]


def _step(name: str, ws: str, timeout_s: float) -> Step:
    return Step(name, lambda: _socket(name, ws, timeout_s))


def _modules(visit: Visit) -> Check:
    lacking = [module for module in MODULES if not visit.has(module)]
    if not lacking:
        return Check(WEB, True, "están sus módulos")
    what = f"cárguelos en modules.conf: {', '.join(f'load = {module}.so' for module in lacking)}"
    return Check(WEB, False, f"no están cargados: {', '.join(lacking)}", what)


def _socket(name: str, ws: str, timeout_s: float) -> Check:
    """A handshake as a browser makes it. A path is the proxy's: only a browser behind it can try."""
    address = urlsplit(ws)
    if not address.netloc:
        return Check(name, True, f"{ws} lo atiende el proxy de la consola: pruébelo abriendo la consola")
    try:
        status, protocol = _handshake(ws, timeout_s)
    except (OSError, http.client.HTTPException) as bad:
        what = (
            "revise headset.ws, y en http.conf: enabled = yes, bindaddr y bindport (con wss: tlsenable y su "
            "certificado, de una autoridad que los navegadores acepten)"
        )
        return Check(name, False, f"{ws} no contesta ({type(bad).__name__})", what)
    if status == SWITCHING and protocol == "sip":
        return Check(name, True, ws)
    what = "ponga en headset.ws la ruta /ws de http.conf, y en pjsip.conf un transporte con protocol = ws (o wss)"
    return Check(name, False, f"{ws} no es un WebSocket SIP (respondió {status})", what)


def _handshake(ws: str, timeout_s: float) -> tuple[int, str]:
    address = urlsplit(ws)
    kind = http.client.HTTPSConnection if address.scheme == "wss" else http.client.HTTPConnection
    line = kind(address.hostname or "", address.port, timeout=timeout_s)
    try:
        headers = {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Protocol": "sip",
            "Sec-WebSocket-Key": base64.b64encode(secrets.token_bytes(16)).decode(),
        }
        line.request("GET", address.path or "/", headers=headers)
        answer = line.getresponse()
        return answer.status, answer.getheader("Sec-WebSocket-Protocol") or ""
    finally:
        line.close()
