"""Who buys in six time zones, and what they write in four languages."""

from __future__ import annotations

from random import Random

from graph.facts import Customer

ZONES = ("America/Los_Angeles", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Asia/Tokyo", "Australia/Sydney")
LANGUAGES = ("en", "en", "en", "de", "es", "fr")
FIRST = ("Ava", "Ben", "Chen", "Dana", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Kira", "Luis", "Mina", "Noah", "Olga", "Paul")
LAST = ("Lindqvist", "Okafor", "Moreau", "Tanaka", "Singh", "Keller", "Alvarez", "Novak", "Walsh", "Rossi", "Haddad", "Berg")

SAYINGS: dict[str, dict[str, str]] = {
    "status": {
        "en": "Hello, where is my order {number}? When will it get here?",
        "de": "Guten Tag, wo ist meine Bestellung {number}? Wann kommt sie denn an?",
        "es": "Hola, ¿dónde está mi pedido {number}? ¿Cuándo me va a llegar?",
        "fr": "Bonjour, où est ma commande {number} ? Quand va-t-elle arriver ?",
    },
    "cancel": {
        "en": "Please cancel my order {number}.",
        "de": "Bitte stornieren Sie meine Bestellung {number}.",
        "es": "Por favor, cancelen mi pedido {number}.",
        "fr": "Merci d'annuler ma commande {number}.",
    },
    "withdraw": {
        "en": "Never mind, please keep my order {number} as it is.",
        "de": "Hat sich erledigt, bitte lassen Sie die Bestellung {number} so wie sie ist.",
        "es": "Olvídenlo, dejen el pedido {number} como está.",
        "fr": "Laissez tomber, gardez la commande {number} telle quelle.",
    },
    "address": {
        "en": "Please change the address of order {number} to 500 Cargo Way, Newark, NJ 07114",
        "de": "Bitte ändern Sie die Adresse der Bestellung {number} auf Lindenstraße 14, 10969 Berlin",
        "es": "Cambien la dirección del pedido {number} a Calle Mayor 14, 28013 Madrid",
        "fr": "Changez l'adresse de la commande {number} : 14 rue de Rivoli, 75004 Paris",
    },
    "dispute": {
        "en": "Order {number} is marked as delivered, but I never received it.",
        "de": "Bestellung {number} soll zugestellt sein, aber ich habe nichts erhalten.",
        "es": "El pedido {number} figura como entregado, pero no lo he recibido.",
        "fr": "La commande {number} est indiquée comme livrée, mais je ne l'ai jamais reçue.",
    },
    "refund": {
        "en": "I want my money back for order {number}.",
        "de": "Ich möchte mein Geld für Bestellung {number} zurück.",
        "es": "Quiero un reembolso del pedido {number}.",
        "fr": "Je veux un remboursement pour la commande {number}.",
    },
    "replacement": {
        "en": "Please send me another one for order {number}.",
        "de": "Bitte schicken Sie mir Ersatz für Bestellung {number}.",
        "es": "Quiero un reemplazo del pedido {number}.",
        "fr": "Je veux un remplacement pour la commande {number}.",
    },
    "alternate": {
        "en": "The Floor Lamp instead for order {number}, please.",
        "de": "Bitte stattdessen die Floor Lamp für Bestellung {number}.",
        "es": "Prefiero la Floor Lamp en lugar de lo pedido en {number}.",
        "fr": "Je préfère la Floor Lamp à la place pour la commande {number}.",
    },
    "thanks": {"en": "Thank you!", "de": "Vielen Dank!", "es": "¡Muchas gracias!", "fr": "Merci beaucoup !"},
    "stop": {
        "en": "Please stop sending me updates about order {number}.",
        "de": "Bitte schicken Sie mir keine Updates mehr zu Bestellung {number}.",
        "es": "Por favor, dejen de enviarme actualizaciones del pedido {number}.",
        "fr": "Merci d'arrêter de m'envoyer des nouvelles de la commande {number}.",
    },
    "angry": {
        "en": "THIS IS UNACCEPTABLE, WORST COMPANY EVER!!! Where is order {number}?",
        "de": "DAS IST UNVERSCHÄMT, DER SCHLECHTESTE LADEN ÜBERHAUPT!!! Wo ist Bestellung {number}?",
        "es": "¡¡¡ESTO ES INACEPTABLE, LA PEOR EMPRESA!!! ¿Dónde está el pedido {number}?",
        "fr": "C'EST INACCEPTABLE, LA PIRE ENTREPRISE !!! Où est la commande {number} ?",
    },
    "bank": {
        "en": "Where is order {number}? I'll dispute this with my bank.",
        "de": "Wo ist Bestellung {number}? Ich lasse die Zahlung von meiner Bank zurückbuchen.",
        "es": "¿Dónde está el pedido {number}? Voy a reclamar el cargo a mi banco.",
        "fr": "Où est la commande {number} ? Je vais contester le paiement auprès de ma banque.",
    },
    "manager": {
        "en": "I want to speak to a manager about order {number}.",
        "de": "Ich möchte einen Vorgesetzten sprechen, es geht um Bestellung {number}.",
        "es": "Quiero hablar con un responsable sobre el pedido {number}.",
        "fr": "Je veux parler à un responsable au sujet de la commande {number}.",
    },
}

WAITING = ("status",) * 10 + ("cancel",) * 4 + ("address", "address", "alternate", "stop", "manager", "thanks", "withdraw")
MOVING = ("status",) * 14 + ("refund", "cancel", "replacement", "address", "angry", "bank", "stop", "manager", "thanks")
IN_TROUBLE = ("status",) * 8 + ("refund", "replacement", "angry", "bank", "stop", "thanks")
DELIVERED = ("thanks", "thanks", "status", "dispute", "dispute", "dispute", "refund")
OVER = ("status", "refund", "thanks")


def customer(number: int, rng: Random) -> Customer:
    """One customer; all time zones and languages take turns."""
    return Customer(
        customer_id=f"C-{number}",
        name=f"{rng.choice(FIRST)} {rng.choice(LAST)}",
        emails=(f"customer{number}@mailbox.example",),
        tier="vip" if rng.random() < 0.1 else "standard",
        locale=LANGUAGES[(number // len(ZONES)) % len(LANGUAGES)],
        timezone=ZONES[number % len(ZONES)],
        contact_opt_out=rng.random() < 0.03,
        prior_claims_180d=rng.choice((0, 0, 0, 0, 0, 0, 2)),
    )


def words(what: str, language: str, number: str) -> str:
    """A message in the customer's language."""
    return SAYINGS[what][language].format(number=number)
