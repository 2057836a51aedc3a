"""Numbers that are no order numbers: telephones, prices, dates, addresses, measures, models."""

from __future__ import annotations

import re

Spans = tuple[tuple[int, int], ...]

MONTHS = (
    r"(?:jan(?:uar[y]?|v(?:ier)?)?|feb(?:ruar[y]?|rero)?|f[ée]v(?:rier)?|m(?:är|ae?r)(?:z|ch)?|mar(?:s|zo)?|apr(?:il)?|"
    r"avr(?:il)?|abr(?:il)?|ma[iy]o?|june?|juni|juin|junio|july?|juli|juil(?:let)?|julio|"
    r"aug(?:ust)?|août|aout|agosto|sep(?:t(?:ember|embre|iembre)?)?|o[ck]t(?:ober|obre|ubre)?|nov(?:ember|embre|iembre)?|"
    r"de[cz](?:ember)?|d[ée]c(?:embre)?|dic(?:iembre)?|enero|ene)"
)
_STREET_AFTER = (
    r"(?:st|street|ave|avenue|blvd|boulevard|rd|road|ln|lane|dr|drive|way|ct|court|mews|pl|place|sq|square|terrace|"
    r"crescent|close|gardens?|parkway|pkwy|highway|hwy|circle|trail|row|hill|green|grove)"
)
_STREET_BEFORE_FR = r"(?:rue|avenue|av\.?|chemin|bd|boulevard|place|impasse|all[ée]e|quai|route|cours|passage|square|lotissement)"
STREET_DE = (
    r"[A-ZÄÖÜ][\wäöüß.-]*(?:str\.?|straße|strasse|weg|allee|platz|gasse|ring|damm|ufer|chaussee|stieg|markt)|(?:am|an "
    r"der|im|zum|zur|auf dem) [A-ZÄÖÜ][\wäöüß-]+"
)
_STREET_ES = r"(?:calle|c/|c\.|avda\.?|avenida|plaza|pza\.?|paseo|carrer|camino|ronda|travesía)"
_EXCLUDED = re.compile(
    "|".join(
        (
            r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}\b",
            r"(?<!\w)\+\d[\d ()./-]{6,20}\d",
            r"\b(?:tel|telefon|telephone|phone|call|mobile|mobil|handy|fax|whatsapp|cell|ring|móvil|movil|teléfono|telefono|"
            r"téléphone|portable|mob|ph)\b[^\d\n+(]{0,20}[+(]?\d[\d ()./-]{5,20}\d",
            r"\(\d{3}\) ?\d{3}[- .]\d{4}\b|(?<![\d-])\d{3}[-. ]\d{3}[-. ]\d{4}\b(?![-\d])|(?<![\d-])\d{3}-\d{4}\b(?![-\d])|"
            r"\b0\d(?:[ .-]\d\d){4}\b|\b0\d{2,4}[ /-]\d{3,8}(?: \d{2,8})?\b|\b[679]\d{2} \d{2,3} \d{2,3}(?: \d{2,3})?\b",
            r"[$€£¥] ?\d[\d.,']*|\b\d[\d.,']{0,14} ?(?:€|\$|£|eur|euros?|usd|us dollars?|dollars?|bucks|gbp|pounds?|quid|chf|"
            r"franken|pesos?|cents?|dólares)(?!\w)|(?<![\d.,])\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?(?![\d])|(?<![\d.,#])\d+[.,"
            r"]\d{2}(?![\d.])|\b\d+,-",
            r"(?<![\d-])\d{1,4}([-./])\d{1,2}\1\d{1,4}(?![\d-])(?:t[\d:.z]+)?|\b\d{1,2}[:.h]\d{2}(?::\d{2})? ?(?:am|pm|uhr|"
            r"h)?\b(?!\.\d)|\b\d{1,4} ?(?:am|pm|uhr)\b",
            rf"\b\d{{1,2}}(?:st|nd|rd|th|er|\.)?(?: of| de)? {MONTHS}\b\.?(?:,? ?(?:de |del )?(?:19|20)\d\d\b)?|\b{MONTHS}\.? "
            rf"\d{{1,2}}(?:st|nd|rd|th)?\b(?!\d)(?:,? (?:19|20)\d\d\b)?|\b{MONTHS},? (?:de )?(?:19|20)\d\d\b",
            r"\b(?:in|since|from|year|seit|im jahr|en|desde|depuis|©|copyright|spring|summer|autumn|winter) (?:19|20)\d\d\b",
            r"\b(?:zip(?: ?code)?|post(?:al)? ?code|plz|postleitzahl|code postal|c\.?p\.?|código postal|codigo postal)"
            r"\W{0,4}(?:is |ist |es |est |to |= ?)?\d{4,5}\b",
            r"\b(?:liv(?:e|es|ing)|moved?|moving|based|located) (?:to|in|at|near) \d{5}(?:-\d{4})?\b",
            r"(?-i:\b(?:A[LKZR]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|"
            r"V[AT]|W[AIVY]),? \d{5}(?:-\d{4})?\b)",
            rf"(?-i:\b(?:{STREET_DE})) \d{{1,4}} ?[a-z]?\b(?:\W{{1,4}}\d{{5}}\b)?",
            rf"\b\d{{1,4}}(?: ?(?:bis|ter))?,? {_STREET_BEFORE_FR} [^\n\d]{{2,60}}\d{{5}}\b|\b\d{{1,4}}(?: ?(?:bis|ter))?,? {_STREET_BEFORE_FR}\b",
            rf"(?<!\w){_STREET_ES} [^\n\d]{{2,40}}\d{{1,4}}\b(?:[^\n]{{0,30}}?\b\d{{5}}\b)?",
            rf"(?-i:(?<![\w#-])\d{{1,5}} (?:(?:[NSEW]|North|South|East|West)\.? )?(?:[A-Z][a-z]+ ){{1,3}}(?i:{_STREET_AFTER})\b)",
            r"\b(?:unit|apt|apartment|suite|ste|flat|room|floor|wohnung|appt|appartement|piso|box|building|bldg|bâtiment|dock|"
            r"gate|locker|tür|stock|zimmer|page|size|größe|talla|taille|version) ?#? ?\d{1,6}[a-z]?\b",
            r"(?<![\w#.,-])\d+(?:[.,]\d+)? ?(?:mm|cm|km|m|w|watts?|kw|kg|g|gb|tb|mb|mhz|ghz|hz|mah|ah|v|volts?|amps?|rpm|"
            r"inch(?:es)?|zoll|pulgadas|pouces|fps|%|percent|prozent|hours?|hrs?|h|days?|weeks?|months?|years?|minutes?|mins?|"
            r"stunden|tagen?|wochen|monaten?|minuten|horas?|d[íi]as?|semanas?|mes(?:es)?|heures?|jours?|semaines?|mois|px|pcs|"
            r"pieces?|units?|stk|stück|piezas?|unidades|pi[èe]ces|times|people|miles?|l|ml|oz|lbs?|ft|feet|x|k|mp|nits|dpi|mbps|gbps)(?![\w-])",
            r"\b(?:rtx|gtx|rx|radeon(?: rx)?|geforce(?: rtx)?|ryzen(?: \d)?|threadripper|core(?: i\d| ultra \d)?|xeon|epyc|"
            r"ddr\d|pcie|iphone|galaxy|pixel|series|serie|model|modell|modelo|modèle|windows|win|office|intel|amd|nvidia|arc|noctua|"
            r"corsair|samsung|asus|msi|gigabyte|quest|playstation|xbox|type|typ|mark|mk|canon|nikon|epson|wh|hp|lg|dell|lenovo|"
            r"thinkpad)[ -]?[a-z]{0,4}-?\d{2,5}[a-z]{0,4}\b",
            r"(?<!\w)\d{3,5}[ -](?:xt|xtx|ti|super|x3d|gre|oc|pro|ultra|series|k|kf|ks)\b|(?<!\w)[a-z]{1,3}\d{1,2}-\d{3,"
            r"6}[a-z]{0,3}\b|\bddr\d-\d{4}\b",
            r"\b(?:serial(?: (?:number|no))?|s/n|sn|seriennummer|sku|part(?: (?:number|no))?|item (?:number|no)|"
            r"artikel(?:nummer|nr)|customer (?:number|no|id)|kunden(?:nummer|nr)|número de cliente|numéro client|ticket(?: "
            r"(?:number|no|id))?|case(?: (?:number|no|id))?|"
            r"vorgangsnummer|promo(?: code)?|coupon(?: code)?|discount code|gutschein(?:code)?|card (?:ending|number)(?: in| "
            r"with)?|ending (?:in|with)|endet auf|account(?: (?:number|no))?|konto(?:nummer)?|iban|vat(?: (?:number|no))?|"
            r"ustid|tax id|pin|otp|gift ?card|"
            r"error|fehler(?:code)?|erreur)\W{0,4}(?:is |ist |es |est )?#? ?[a-z]{0,4}-?\d[\d -]{1,30}",
            r"(?-i:\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b)",
        )
    ),
    re.IGNORECASE,
)


def excluded_spans(text: str) -> Spans:
    """The places of numbers that mean something else."""
    return tuple(found.span() for found in _EXCLUDED.finditer(text))
