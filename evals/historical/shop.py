"""The pretend shop behind the sample: what it sells, who buys, and where they live."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """Something that is sold."""

    sku: str
    title: str
    price: str


CHEAP = (
    Item("CBL-DP", "DisplayPort Cable 2m", "14.90"),
    Item("FAN-120", "120mm Case Fan", "19.50"),
    Item("PASTE-4G", "Thermal Paste 4g", "9.80"),
    Item("HUB-USB", "USB-C Hub 7-port", "39.00"),
    Item("MOUSE-W", "Wireless Mouse", "29.90"),
    Item("PAD-XL", "Desk Pad XL", "24.00"),
    Item("CARD-SD", "128GB SD Card", "21.40"),
    Item("SCREW-K", "Case Screw Kit", "11.20"),
)
MIDDLE = (
    Item("SSD-2TB", "2TB NVMe SSD", "149.00"),
    Item("RAM-32", "32GB DDR5-6000 Memory Kit", "118.00"),
    Item("MB-B650", "B650 ATX Motherboard", "179.00"),
    Item("PSU-850", "850W Power Supply", "129.00"),
    Item("CASE-M", "Mid-Tower Case", "109.00"),
    Item("COOL-360", "360mm Liquid Cooler", "139.00"),
    Item("KEYB-M", "Mechanical Keyboard", "119.00"),
    Item("MON-27", "27-inch Monitor", "229.00"),
)
DEAR = (
    Item("GPU-5080", "GeForce RTX 5080 16GB", "1179.00"),
    Item("WS-TOWER", "Workstation Tower", "1849.00"),
    Item("LAP-16", "16-inch Laptop", "1499.00"),
)

FIRST_NAMES = {
    "en": ("Ava", "Noah", "Maya", "Owen", "Priya", "Liam", "Grace", "Tariq", "Ruth", "Caleb", "Nia", "Ethan", "Zoe", "Miles", "Ivy"),
    "de": ("Jonas", "Lena", "Karin", "Fatih", "Sabine", "Uwe", "Mia", "Torsten", "Anke", "Levin", "Frieda", "Holger"),
    "es": ("Lucía", "Mateo", "Carmen", "Iván", "Elena", "Diego", "Noelia", "Raúl", "Pilar", "Hugo", "Marta"),
    "fr": ("Camille", "Hugo", "Inès", "Baptiste", "Aline", "Yanis", "Chloé", "Marc", "Solène", "Théo", "Nadia"),
}
LAST_NAMES = {
    "en": ("Okafor", "Brennan", "Whitfield", "Osei", "Lindqvist", "Hartley", "Mbeki", "Sorensen", "Delgado", "Farrow", "Ishikawa", "Pruitt", "Vance"),
    "de": ("Brandt", "Yilmaz", "Kessler", "Hoffrogge", "Albers", "Wendt", "Nowak", "Trautmann", "Petersen", "Ziegler", "Osterloh"),
    "es": ("Ortega", "Benítez", "Salas", "Villar", "Quintana", "Rojas", "Echevarría", "Cano", "Prieto", "Aguirre"),
    "fr": ("Lefèvre", "Marchand", "Diallo", "Roussel", "Carpentier", "Nguyen", "Gauthier", "Perrin", "Besson", "Aubry"),
}
PLACES = {
    "en": (
        ("2210 W Addison St", "Chicago", "60618", "US"),
        ("48 Prospect Ave", "Brooklyn", "11215", "US"),
        ("901 Elm St", "Nashville", "37203", "US"),
        ("17 Marlow Road", "Reading", "RG1 4HT", "GB"),
        ("5 Harbour View", "Dún Laoghaire", "A96 K2P1", "IE"),
    ),
    "de": (
        ("Lindenweg 14", "Bremen", "28195", "DE"),
        ("Hauptstraße 7", "Köln", "50667", "DE"),
        ("Am Anger 3", "Erfurt", "99084", "DE"),
        ("Mariahilfer Straße 88", "Wien", "1070", "AT"),
    ),
    "es": (
        ("Calle Mayor 21", "Valencia", "46001", "ES"),
        ("Avenida del Puerto 9", "Málaga", "29001", "ES"),
        ("Paseo de Gracia 55", "Barcelona", "08007", "ES"),
    ),
    "fr": (
        ("12 rue des Lilas", "Nantes", "44000", "FR"),
        ("3 place Bellecour", "Lyon", "69002", "FR"),
        ("40 avenue Jaurès", "Toulouse", "31000", "FR"),
    ),
}
NEW_ADDRESSES = {
    "en": "77 Orchard Lane\nMadison, WI 53703\nUnited States",
    "de": "Rosenstraße 22\n04109 Leipzig\nDeutschland",
    "es": "Calle Alcalá 101\n28009 Madrid\nEspaña",
    "fr": "8 rue Pasteur\n33000 Bordeaux\nFrance",
}
ZONES = {
    "US": "America/Chicago",
    "GB": "Europe/London",
    "IE": "Europe/Dublin",
    "DE": "Europe/Berlin",
    "AT": "Europe/Vienna",
    "ES": "Europe/Madrid",
    "FR": "Europe/Paris",
}
CARRIERS = {
    "US": ("UPS", "FedEx", "USPS"),
    "GB": ("Royal Mail", "DPD"),
    "IE": ("An Post", "DPD"),
    "DE": ("DHL", "Hermes"),
    "AT": ("DHL", "DPD"),
    "ES": ("Correos", "SEUR"),
    "FR": ("Colissimo", "Chronopost"),
}
HUBS = {
    "US": ("Memphis, TN", "Louisville, KY", "Dallas, TX"),
    "GB": ("Birmingham", "Leeds"),
    "IE": ("Dublin",),
    "DE": ("Hannover", "Leipzig", "Kassel"),
    "AT": ("Linz", "Wien"),
    "ES": ("Zaragoza", "Madrid"),
    "FR": ("Orléans", "Lille"),
}
MAIL = ("mailbox.example", "postbox.example", "northlane.example", "webmail.example", "atelier.example")
