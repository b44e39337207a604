"""Holidays of 2026 and 2027 from the calendar on the wall, and where people live under each preset."""

from __future__ import annotations

_YEARS = {
    "CL": {
        2026: "01-01 04-03 04-04 05-01 05-21 06-21 06-29 07-16 08-15 09-18 09-19 10-12 10-31 11-01 12-08 12-25",
        2027: "01-01 03-26 03-27 05-01 05-21 06-21 06-28 07-16 08-15 09-17 09-18 09-19 10-11 10-31 11-01 12-08 12-25",
    },
    "CO": {
        2026: "01-01 01-12 03-23 04-02 04-03 05-01 05-18 06-08 06-15 06-29 07-13 07-20 08-07 08-17 10-12 11-02 11-16 "
        "12-08 12-25",
        2027: "01-01 01-11 03-22 03-25 03-26 05-01 05-10 05-31 06-07 07-05 07-12 07-20 08-07 08-16 10-18 11-01 11-15 "
        "12-08 12-25",
    },
    "PE": {
        2026: "01-01 04-02 04-03 04-05 05-01 06-07 06-29 07-23 07-28 07-29 08-06 08-30 10-08 11-01 12-08 12-09 12-25",
        2027: "01-01 03-25 03-26 03-28 05-01 06-07 06-29 07-23 07-28 07-29 08-06 08-30 10-08 11-01 12-08 12-09 12-25",
    },
    "MX": {
        2026: "01-01 02-02 03-16 05-01 09-16 11-16 12-25",
        2027: "01-01 02-01 03-15 05-01 09-16 11-15 12-25",
    },
    "EC": {
        2026: "01-01 02-16 02-17 04-03 05-01 05-24 05-25 08-10 10-09 11-02 11-03 12-25",
        2027: "01-01 02-08 02-09 03-26 04-30 05-01 05-24 08-09 08-10 10-08 10-09 11-01 11-02 11-03 12-24 12-25 12-31",
    },
}
HOLIDAYS = {
    country: frozenset(f"{year}-{day}" for year, days in years.items() for day in days.split())
    for country, years in _YEARS.items()
}
"""National ones. Ecuador's of the weekend and the days to which they are moved are both here."""

REGIONAL = {("CL", "AP"): "06-07", ("CL", "NB"): "08-20"}

ZONES = {
    "CL": ("America/Santiago", "America/Punta_Arenas", "America/Coyhaique", "Pacific/Easter"),
    "US": ("America/New_York", "America/Los_Angeles", "America/Phoenix", "Pacific/Honolulu"),
    "GB": ("Europe/London",),
    "CO": ("America/Bogota",),
    "PE": ("America/Lima",),
    "MX": ("America/Mexico_City", "America/Tijuana", "America/Cancun"),
    "EC": ("America/Guayaquil", "Pacific/Galapagos"),
}

TURNS = {
    "CL": ("2026-04-05T03:00", "2026-09-06T04:00", "2027-04-04T03:00", "2027-09-05T04:00"),
    "US": ("2026-03-08T07:00", "2026-11-01T06:00", "2027-03-14T10:00", "2027-11-07T09:00"),
    "GB": ("2026-03-29T01:00", "2026-10-25T01:00", "2027-03-28T01:00"),
    "MX": ("2026-03-08T10:00", "2026-11-01T09:00"),
}
"""When clocks are changed there, in UTC."""
