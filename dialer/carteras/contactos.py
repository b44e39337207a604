"""What is known of people from outside: how else to reach them, who did already, and whom nobody may contact."""

from __future__ import annotations

from functools import lru_cache

from dialer.carteras import comuna, fecha, valores
from dialer.carteras.filas import FilaBloqueo, FilaDemografico, FilaExterna
from dialer.carteras.juez import Claves, Fallo
from dialer.carteras.lector import Aviso, Bad, Lector
from dialer.carteras.rechazo import Falla
from dialer.carteras.tabla import Fila
from dialer.carteras.texto import fold, is_absent
from dialer.contact import end_calls

_CHANNELS = {
    "call": "llamada llamado llamadas telefono telefonico telefonica fono call llamadatelefonica contactotelefonico "
    "llamadasaliente llamadaentrante llamadasalida callcenter discador predictivo gestiontelefonica",
    "visit": "visita visitas terreno visitaterreno domiciliaria visitadomiciliaria gestionterreno visitadomicilio",
    "sms": "sms mensajedetexto mensajetexto smsmasivo",
    "email": "correo email mail correoelectronico emailmasivo mailmasivo",
    "letter": "carta cartas cartacertificada correopostal cartapostal notificacion",
    "message": "whatsapp wsp wpp wsapp wapp whatsap mensaje mensajeria chat telegram whatsappmasivo",
}
_CHANNEL_OF = {word: channel for channel, words in _CHANNELS.items() for word in words.split()}
_EFFECTIVE = """
contacto contactado contactodirecto directo titular efectivo contactoefectivo contactotitular cd compromiso
compromisodepago compromisopago promesa promesadepago promesapago yapago yapagado pagado pagorealizado
dicehaberpagado convenio repactacion nopuedepagar noquierepagar sinintencion disputa desconocedeuda negociacion
acuerdo volverallamar leido respondido respuesta encontrado rpc si aval contactoaval
"""
_ANSWERED = """
tercero contactotercero indirecto contactoindirecto ci familiar recado recadocontercero mensajecontercero conserje
atiende contesta contestado cortallamada corta cuelga equivocado numeroequivocado noconoce novive notrabaja
notrabajaaqui noviveaqui noconocealtitular
"""
_NOBODY = """
nocontesta nocontestado sinrespuesta nocontactado sincontacto ocupado buzon buzondevoz buzonvoz contestador maquina
fueradeservicio noexiste numeronoexiste apagado congestion error fallido sinmoradores nadie noseencuentra
direccionnoexiste noubicado enviado entregado noentregado rebotado rechazado no sc nc na telefononocontesta
noefectivo inubicable
"""
_RESULTS = (
    {word: (True, True) for word in _EFFECTIVE.split()}
    | {word: (True, False) for word in _ANSWERED.split()}
    | {word: (False, False) for word in _NOBODY.split()}
)
"""Folded words -> (answered by a person, the right one)."""
_STOPS = {
    "concursal": "concursal concurso quiebra insolvencia superir liquidacion reorganizacion renegociacion "
    "procedimientoconcursal renegociacionsuperir liquidacionvoluntaria liquidacionforzosa",
    "bloqueado": "bloqueado bloqueo bloquear nocontactar nomolestar nomashostigamiento listanegra fallecido "
    "fallecimiento oposicion supresion cancelacion ley21719 ley19628 proteccionededatos protecciondedatos derechos",
    "emplazado": "emplazado emplazada demandado demanda juicio judicial notificado notificadodedemanda",
    "disputa": "disputa reclamo reclamado enreclamo impugnado objetado sernac controversia",
    "pagado": "pagado pagada pago saldado cancelado pagototal deudapagada",
}
_STOP_OF = {word: stop for stop, words in _STOPS.items() for word in words.split()}
_OUT_OF = ("baja", "bajade", "nomas", "noenviar", "noenviarmas", "optout")
_NOT = {
    "baja_call": "nollamar nollamarmas nollamadas nollamados",
    "baja_sms": "nosms",
    "baja_email": "nocorreos nomails noemails",
    "baja_message": "nowhatsapp nowsp",
    "baja_visit": "novisitar novisitarmas novisitas",
    "baja_letter": "nocartas",
}
"""What may as well say that there is none (``sin teléfono``, ``no correo``) is not here: in doubt all contact ends."""
_WAYS = {
    "baja_call": "llamada llamadas llamado llamados telefono telefonica telefonico fono",
    "baja_sms": "sms mensajedetexto mensajesdetexto",
    "baja_email": "correo correos email emails mail mails correoelectronico correoselectronicos",
    "baja_message": "whatsapp whatsapps wsp wapp wpp mensajeria",
    "baja_visit": "visita visitas terreno",
    "baja_letter": "carta cartas",
}
_STOP_OF |= {out + way: stop for stop, ways in _WAYS.items() for way in ways.split() for out in _OUT_OF}
_STOP_OF |= {word: stop for stop, words in _NOT.items() for word in words.split()}
BY_VOICE = ("call", "visit")
_UNKNOWN = Falla("result_unknown")


def demografico(lector: Lector, fila: Fila, claves: Claves) -> Fallo:
    """At least one thing of the row must be usable."""
    rut, phones, (mails, mail_avisos) = lector.rut(fila), lector.phones(fila), lector.emails(fila)
    text = lector.hoja.text(fila, "comuna")
    known = comuna.lookup(text)
    avisos = [*phones.avisos, *mail_avisos]
    if text and not known:
        avisos.append(Aviso(lector.hoja.at["comuna"], text, Falla("comuna_unknown")))
    address, *further = [" ".join(one.split()) for one in lector.addresses(fila)] or [""]
    source = valores.source(lector.hoja.text(fila, "fuente"))
    what = (phones.good, mails, address, known.name if known else "", tuple(further), source)
    contenido = FilaDemografico(fila.number, rut, *what)
    if not (contenido.telefonos or contenido.emails or contenido.address or contenido.comuna):
        raise Bad(*(avisos[0] if avisos else (None, "", Falla("empty_row"))))
    repeated = claves.see((rut, *what[:-1]), fila.number, ())
    if repeated:
        raise Bad(lector.hoja.at["rut"], rut, Falla("duplicate", first=repeated.row))
    return Fallo((contenido,), tuple(avisos))


def externa(lector: Lector, fila: Fila, claves: Claves) -> Fallo:
    """A result that nobody knows, or none, counts as a contact with the right person: the week is used."""
    rut = lector.rut(fila)
    at_local = f"{lector.date(fila, 'fecha')}T{_clock(lector, fila)}"
    channel = lector.field(fila, "canal", _channel)
    text = lector.hoja.text(fila, "resultado")
    result = _result(text)
    answered, effective = result or (channel in BY_VOICE, channel in BY_VOICE)
    detail = " ".join(f"{text} {lector.hoja.text(fila, 'detalle')}".split())
    known = claves.see((rut, at_local, channel, detail), fila.number, ())
    if known:
        raise Bad(lector.hoja.at["rut"], rut, Falla("duplicate", first=known.row))
    contenido = FilaExterna(fila.number, rut, channel, at_local, answered, effective, detail)
    doubt = text and not result and channel in BY_VOICE
    return Fallo((contenido,), (Aviso(lector.hoja.at["resultado"], text, _UNKNOWN),) if doubt else ())


def bloqueo(lector: Lector, fila: Fila, claves: Claves) -> Fallo:
    """A person, a telephone, or both. A reason that nobody knows, or none, blocks the person in every mandante; one
    that names a way of contact is the person's opt-out of that alone, and says nothing of their telephone's calls."""
    rut = lector.rut(fila) if lector.hoja.text(fila, "rut") else ""
    phones = lector.phones(fila)
    if not rut and not phones.good:
        raise Bad(*(phones.avisos[0] if phones.avisos else (None, "", Falla("empty_row"))))
    text = lector.hoja.text(fila, "motivo")
    stop = _STOP_OF.get(fold(text))
    reason = " ".join(f"{text} {lector.hoja.text(fila, 'detalle')}".split())
    other_way = bool(rut and stop) and not end_calls((stop or "",))
    numbers = [one.e164 for one in phones.good if not other_way] or [""]
    known = claves.see((rut, *numbers, stop), fila.number, ())
    if known:
        raise Bad(lector.hoja.at["rut" if rut else "fono"], rut or numbers[0], Falla("duplicate", first=known.row))
    filas = tuple(
        FilaBloqueo(fila.number, rut if not n else "", e164, stop or "bloqueado", reason)
        for n, e164 in enumerate(numbers)
    )
    unknown = (Aviso(lector.hoja.at["motivo"], text, Falla("stop_unknown")),) if text and not stop else ()
    return Fallo(filas, (*phones.avisos, *unknown))


@lru_cache(256)
def _channel(text: str) -> str:
    found = _CHANNEL_OF.get(fold(text))
    if not found:
        raise Falla("channel_unknown")
    return found


@lru_cache(1024)
def _result(text: str) -> tuple[bool, bool] | None:
    return _RESULTS.get(fold(text))


def _clock(lector: Lector, fila: Fila) -> str:
    """The time of its own column, or at the end of the date's; midnight where there is none."""
    text = lector.hoja.text(fila, "hora")
    try:
        found = fecha.clock(text) or fecha.clock(lector.hoja.text(fila, "fecha"))
    except Falla as falla:
        raise Bad(lector.hoja.at["hora" if text else "fecha"], text, falla) from None
    if text and not found and not is_absent(text):
        raise Bad(lector.hoja.at["hora"], text, Falla("time_format"))
    return found or "00:00"
