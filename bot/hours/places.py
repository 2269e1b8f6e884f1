"""Places people name that no table of zones has: cities, islands, regions, short names of countries.

Everything without case and accents.
"""

MADRID, CANARY, MEXICO = "Europe/Madrid", "Atlantic/Canary", "America/Mexico_City"
BOGOTA, LIMA, GUAYAQUIL = "America/Bogota", "America/Lima", "America/Guayaquil"
LA_PAZ, CARACAS, COSTA_RICA = "America/La_Paz", "America/Caracas", "America/Costa_Rica"
CORDOBA, NEW_YORK, LOS_ANGELES = "America/Argentina/Cordoba", "America/New_York", "America/Los_Angeles"

PLACES = {
    MADRID: (
        "barcelona, sevilla, zaragoza, malaga, murcia, palma, palma de mallorca, bilbao, alicante, valladolid, vigo, "
        "gijon, oviedo, granada, santander, pamplona, donostia, san sebastian, vitoria, cadiz, salamanca, burgos, "
        "almeria, huelva, badajoz, la coruna, a coruna, santiago de compostela, ibiza, mallorca, menorca, baleares, "
        "islas baleares, peninsula, peninsular, galicia, cataluna, andalucia, asturias, cantabria, euskadi, "
        "pais vasco, navarra, aragon, extremadura, castilla y leon, castilla la mancha, melilla"
    ),
    CANARY: (
        "canarias, islas canarias, canary islands, las palmas, las palmas de gran canaria, gran canaria, tenerife, "
        "santa cruz de tenerife, lanzarote, fuerteventura, la gomera, el hierro"
    ),
    MEXICO: (
        "cdmx, df, mexico df, puebla, queretaro, toluca, oaxaca, veracruz, cuernavaca, acapulco, aguascalientes, "
        "morelia, jalisco, chiapas, tuxtla gutierrez, san luis potosi"
    ),
    "America/Cancun": "quintana roo, playa del carmen, tulum",
    BOGOTA: "medellin, cali, barranquilla, bucaramanga, pereira, cartagena de indias",
    LIMA: "arequipa, cusco, cuzco",
    GUAYAQUIL: "quito",
    "America/Santiago": "santiago de chile, valparaiso, vina del mar, concepcion, antofagasta, temuco",
    "America/Argentina/Buenos_Aires": "caba, la plata, mar del plata, bariloche",
    CORDOBA: "rosario",
    CARACAS: "maracaibo, barquisimeto",
    LA_PAZ: "santa cruz de la sierra, cochabamba, el alto",
    NEW_YORK: "nyc, miami, boston, washington, washington dc, atlanta, orlando, filadelfia, philadelphia",
    "America/Chicago": "houston, dallas, austin, san antonio",
    LOS_ANGELES: "san francisco, san diego, seattle, las vegas, california",
    "America/Sao_Paulo": "rio, rio de janeiro, brasilia",
    "Europe/Lisbon": "oporto, porto",
    "Asia/Kolkata": "bombay, mumbai, delhi, nueva delhi, new delhi",
}
SEVERAL = {
    "cartagena": (BOGOTA, MADRID),
    "cordoba": (CORDOBA, MADRID),
    "cuenca": (GUAYAQUIL, MADRID),
    "guadalajara": (MEXICO, MADRID),
    "la paz": (LA_PAZ, "America/Mazatlan"),
    "leon": (MEXICO, MADRID),
    "merida": ("America/Merida", MADRID, CARACAS),
    "san jose": (COSTA_RICA, LOS_ANGELES),
    "santa cruz": (LA_PAZ, CANARY),
    "toledo": (MADRID, NEW_YORK),
    "trujillo": (LIMA, MADRID),
    "valencia": (CARACAS, MADRID),
}
"""Names of more than one place, the one with more people first."""
COUNTRIES = {
    "US": "eeuu, ee uu, usa, us, estados unidos de america, united states of america",
    "GB": "uk, inglaterra, england, gran bretana, great britain, escocia, scotland",
    "DO": "rd",
    "NL": "holanda, holland",
}
"""By their two letters."""
CHIEF = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "ID": "Asia/Jakarta",
    "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar",
    "PF": "Pacific/Tahiti",
    "RU": "Europe/Moscow",
}
"""The zone most people live in, where the table of zones goes by the map."""
