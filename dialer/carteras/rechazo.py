"""Why a row, a value or a whole file cannot be used: the closed list of reasons and the two ways to say no.

The sentences are read by the asistente de cargas (es-CL); `REASONS` keys are for programs and never change meaning.
"""

from __future__ import annotations

REASONS: dict[str, str] = {
    # the row
    "columns": "La fila trae {found} celdas y el encabezado {needed}: hay un separador de más dentro de algún valor.",
    "cut": "La última fila está cortada: trae {found} celdas de {needed}. Pida el archivo completo.",
    "missing": "La celda está vacía y es obligatoria.",
    "total_row": "Es una fila de totales, no un deudor: se salta.",
    "empty_row": "La fila no trae ningún dato utilizable.",
    "duplicate": "Lo mismo ya viene en la fila {first}: se carga una sola vez.",
    "conflict": "Lo mismo ya viene en la fila {first} con otro valor ({other}): confirme cuál vale.",
    "saldo_again": "El documento ya viene en la fila {first} con otro saldo: vale el de esta fila, que es la última.",
    # RUT
    "rut_format": "No tiene forma de RUT; se espera algo como 12.345.678-5.",
    "rut_scientific": "El RUT viene en notación científica y perdió dígitos: pida la columna como texto.",
    "rut_no_dv": "El RUT viene sin dígito verificador: agregue la columna DV.",
    "rut_check_digit": "El dígito verificador no corresponde al número del RUT.",
    "rut_placeholder": "Es un RUT de relleno, no el de un deudor.",
    # dates
    "date_format": "No se reconoce como fecha; se espera día/mes/año, por ejemplo 31/10/2026.",
    "date_impossible": "Esa fecha no existe leída como día/mes/año.",
    "date_range": "La fecha está fuera de 1990 a 2099: es de relleno o está mal escrita.",
    "time_format": "No se reconoce como hora; se espera, por ejemplo, 15:30.",
    "date_order": "El documento vence antes de emitirse: se descarta la fecha de emisión.",
    "received_order": "El documento se recibe antes de emitirse: se descarta la fecha de recepción.",
    # amounts
    "amount_format": "No se reconoce como monto con el signo decimal de este archivo.",
    "amount_scientific": "El monto viene en notación científica y perdió dígitos: pida la columna como texto.",
    "amount_range": "El monto no cabe: se aceptan hasta 13 enteros y 4 decimales.",
    "amount_ambiguous": "En pesos, ese número con decimales puede ser mil veces mayor: pida el monto sin decimales.",
    "amount_negative": "Un monto negativo sólo se acepta en una nota de crédito.",
    "amount_zero": "El monto es cero: no hay nada que cobrar ni que abonar.",
    "uf_range": "El valor de la UF está fuera de 10.000 a 200.000 pesos: revise el signo decimal.",
    "currency_unknown": "Moneda no aceptada; se aceptan pesos (CLP) y UF (CLF).",
    "currency_mismatch": "La celda del monto dice una moneda y la columna de moneda dice otra.",
    "number_scientific": "El número de documento viene en notación científica y perdió dígitos.",
    # telephones
    "phone_scientific": "El teléfono viene en notación científica y perdió dígitos.",
    "phone_short": "Al teléfono le faltan dígitos: son 9 con el código de área o el 9 de los móviles.",
    "phone_long": "El teléfono tiene dígitos de más.",
    "phone_ambiguous": "El teléfono antiguo de 8 dígitos puede leerse de dos maneras: no se marca hasta confirmarlo.",
    "phone_foreign": "El teléfono no es de Chile.",
    "phone_service": "Es un número de servicio (600, 700, 800 a 809), no el de un deudor.",
    "phone_own": "Es un teléfono de la casa o del mandante (así lo dice la plantilla), no el del deudor.",
    "phone_fake": "Es un teléfono de relleno.",
    "phone_invalid": "No es un número del plan de numeración de Chile.",
    "phone_none": "El deudor queda sin ningún teléfono utilizable: se carga, pero no se puede marcar.",
    # contacts and stops
    "channel_unknown": "Canal desconocido; se acepta llamada, visita, SMS, correo, carta o mensaje (WhatsApp).",
    "result_unknown": "Resultado desconocido: se cuenta como contacto efectivo, lo más estricto.",
    "stop_unknown": "Motivo desconocido: se bloquea a la persona, lo más estricto.",
    # other values
    "email_format": "No tiene forma de correo electrónico.",
    "comuna_unknown": "No es una comuna de Chile: se usa la hora de Santiago.",
    "regime_unknown": "Régimen desconocido: se trata como consumidor, el más estricto.",
    "persona_unknown": "No dice persona natural ni jurídica: se deduce del RUT.",
    "kind_unknown": "Tipo de documento desconocido: se carga como «otro».",
    "name_differs": "El mismo RUT ya viene con otro nombre en la fila {first}: se conserva el primero.",
    "text_damaged": "El texto ya viene con letras dañadas (ñ o tildes): pida el archivo de nuevo.",
    # what only the books know (the row could be read)
    "deudor_unknown": "Ese RUT no tiene casos de este mandante en los registros: cargue antes su asignación.",
    "documento_unknown": "Ese documento no está asignado al deudor: cargue antes su asignación.",
    "documento_ambiguous": "El deudor tiene {count} documentos que calzan: diga el tipo y el número.",
    "documento_withdrawn": "El documento fue retirado el {day}: no se cambia mientras no se asigne de nuevo.",
    "currency_differs": "El documento está en {currency} y la fila trae {other}: no se mezclan.",
    "loaded_otherwise": "{what} ya está cargada con saldo {before}: una asignación no cambia saldos.",
    "pago_unmatched": "El pago queda guardado sin documento al que abonarlo: concílielo a mano.",
    "pago_partial": "Del pago sobran {rest} sin documento al que abonarlos: concílielos a mano.",
    "pago_early": "El pago es anterior a la asignación ({day}): se abona igual; confirme que el saldo no lo descontó.",
    "pago_in_saldo": "El pago es anterior al saldo que informó el mandante ({day}), que ya lo descuenta: no se abona.",
    "contact_future": "El contacto está en el futuro: revise la fecha.",
}


class CargaError(Exception):
    """The whole file is refused; the message is the sentence for a person and says what to do."""


class Falla(ValueError):
    """A value that cannot be used. `reason` is a key of `REASONS`, `facts` fills its sentence."""

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts

    @property
    def detail(self) -> str:
        """The sentence for a person."""
        sentence = REASONS[self.reason]
        return sentence.format(**self.facts) if self.facts else sentence

    def alone(self) -> Falla:
        """Itself, to be kept: without the traceback, which would keep every row of its time in memory."""
        self.__context__ = None
        return self.with_traceback(None)
