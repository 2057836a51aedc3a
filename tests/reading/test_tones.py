"""Threats, the wish for a human and fury, each beside its near misses."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph.labels import Channel
from nodes.reading import read_message

BANK, LAW, BOSS, FURY, CALM = "chargeback_threat", "legal_threat", "manager_request", "angry_customer", ""

ROWS = [
    ("I'll dispute this with my bank", BANK),
    ("If this isn't fixed today I'll have my bank reverse the charge.", BANK),
    ("I will open a PayPal case", BANK),
    ("going to do a chargeback", BANK),
    ("I'll get my money back through my credit card company", BANK),
    ("I'm filing a dispute with Visa", BANK),
    ("My bank will hear about this, they can reverse it", BANK),
    ("I dispute the payment with my bank", BANK),
    ("next step is a section 75 claim", BANK),
    ("I will ask my card issuer to refund me", BANK),
    ("ich werde die Kreditkartenzahlung zurückbuchen lassen", BANK),
    ("Dann öffne ich einen PayPal-Fall", BANK),
    ("Ich hole mir das Geld über den Käuferschutz zurück", BANK),
    ("Ich lasse die Lastschrift zurückgehen", BANK),
    ("voy a reclamar al banco", BANK),
    ("abriré una disputa en PayPal", BANK),
    ("pediré a mi banco que anule el cargo", BANK),
    ("je vais faire opposition auprès de ma banque", BANK),
    ("opposition bancaire si rien ne bouge", BANK),
    ("j'ouvre un litige PayPal", BANK),
    ("My bank says the money is reserved.", CALM),
    ("I paid by bank transfer", CALM),
    ("I won't do a chargeback, I just want my parcel", CALM),
    ("paid with paypal on monday, where is it", CALM),
    ("is monday a bank holiday?", CALM),
    ("the power bank hasn't arrived", CALM),
    ("please refund to my credit card", CALM),
    ("Ich habe per PayPal bezahlt", CALM),
    ("pagué por transferencia bancaria", CALM),
    ("j'ai payé par virement bancaire", CALM),
    ("my bank statement shows the payment", CALM),
    ("I shall instruct my solicitor to commence proceedings", LAW),
    ("you'll hear from my lawyer", LAW),
    ("I will sue you", LAW),
    ("see you in small claims court", LAW),
    ("I'm going to take legal action", LAW),
    ("I'll report you to trading standards", LAW),
    ("my attorney will contact you", LAW),
    ("this is a breach of contract", LAW),
    ("ich schalte meinen Anwalt ein", LAW),
    ("ich behalte mir rechtliche Schritte vor", LAW),
    ("ich gehe zur Verbraucherzentrale", LAW),
    ("Ich werde Anzeige erstatten", LAW),
    ("hablaré con mi abogado", LAW),
    ("emprenderé acciones legales", LAW),
    ("pondré una denuncia", LAW),
    ("I'm going to my lawyer", LAW),
    ("this goes straight to my attorney", LAW),
    ("Dann gehe ich zum Anwalt", LAW),
    ("if you do not deliver today my solicitor will write to you", LAW),
    ("falls Sie bis morgen nicht liefern gehe ich zum Anwalt", LAW),
    ("I'm going to my lawyer's office, please deliver there", CALM),
    ("ceci est une mise en demeure", LAW),
    ("je vais saisir mon avocat", LAW),
    ("je porterai plainte", LAW),
    ("my legal name is Ann Smith", CALM),
    ("the legal department will receive it", CALM),
    ("I am a lawyer and need it for court tomorrow", CALM),
    ("please deliver to 5 Tennis Court Road", CALM),
    ("my husband is a solicitor, he ordered it", CALM),
    ("I'm not going to sue anyone, just tell me where it is", CALM),
    ("it is a gift for my lawyer", CALM),
    ("Ich bin Anwalt und brauche den Ordner", CALM),
    ("soy abogado y necesito el portátil", CALM),
    ("je suis avocat, livrez au cabinet", CALM),
    ("I want to speak to your manager", BOSS),
    ("a human please", BOSS),
    ("let me talk to a real person", BOSS),
    ("get me a supervisor", BOSS),
    ("I need someone who can decide", BOSS),
    ("can I talk to an agent", BOSS),
    ("I'd like a supervisor to look at this", BOSS),
    ("agent", BOSS),
    ("speak with customer service", BOSS),
    ("connect me with a representative", BOSS),
    ("not another bot please", BOSS),
    ("please escalate this", BOSS),
    ("are you a bot?", BOSS),
    ("ich möchte mit einem Vorgesetzten sprechen", BOSS),
    ("Verbinden Sie mich mit einem Mitarbeiter", BOSS),
    ("einen echten Menschen bitte", BOSS),
    ("quiero hablar con un encargado", BOSS),
    ("páseme con una persona real", BOSS),
    ("je veux parler à un responsable", BOSS),
    ("passez-moi un conseiller humain", BOSS),
    ("the manager of our office will receive it", CALM),
    ("I'm the manager of a bakery", CALM),
    ("my manager ordered it", CALM),
    ("I don't need a manager, just an answer", CALM),
    ("someone else got my parcel, a different person", CALM),
    ("Unser Filialleiter nimmt es an", CALM),
    ("el encargado de mi tienda lo recibirá", CALM),
    ("notre responsable réceptionnera le colis", CALM),
    ("THIS IS UNACCEPTABLE. WORST COMPANY EVER!!!", FURY),
    ("you are a bunch of scammers", FURY),
    ("this is disgusting", FURY),
    ("absolute joke of a company", FURY),
    ("what a scam", FURY),
    ("fuck you", FURY),
    ("you're all idiots", FURY),
    ("I'm sick and tired of this", FURY),
    ("WHERE IS MY ORDER! I HAVE BEEN WAITING FOR THREE WEEKS! NOBODY ANSWERS ME! GIVE ME MY PACKAGE NOW!", FURY),
    ("never buying from you again, horrible service", FURY),
    ("das ist eine Frechheit", FURY),
    ("So ein Saftladen!", FURY),
    ("Unverschämtheit, Betrüger", FURY),
    ("es una vergüenza", FURY),
    ("son unos ladrones", FURY),
    ("la peor empresa", FURY),
    ("c'est inadmissible", FURY),
    ("bande d'escrocs", FURY),
    ("quelle honte", FURY),
    ("WHERE IS MY ORDER", CALM),
    ("Still waiting, getting a bit impatient now tbh", CALM),
    ("I'm a little frustrated", CALM),
    ("this is annoying", CALM),
    ("it is NOT here", CALM),
    ("PLEASE help", CALM),
    ("is this email a scam?", CALM),
    ("not angry, just curious", CALM),
    ("Ich bin etwas enttäuscht", CALM),
    ("estoy un poco decepcionado", CALM),
    ("je suis un peu déçu", CALM),
    ("HELLO WHERE IS ORDER 20411 THANKS", CALM),
    ("my wife will be furious lol", CALM),
]


@pytest.mark.parametrize(("text", "wanted"), ROWS)
def test_tones(text: str, wanted: str) -> None:
    reading = read_message(text=text, subject=None, channel=Channel.CHAT, metadata={}, received_at=datetime(2026, 3, 10, tzinfo=UTC))
    found = {str(flag.tone) for flag in reading.tones}
    assert (wanted in found) if wanted else not found


def test_subject_of_a_new_mail_counts_and_of_a_reply_does_not() -> None:
    def tones(subject: str) -> set[str]:
        reading = read_message(
            text="Order 20411, see subject.", subject=subject, channel=Channel.EMAIL, metadata={}, received_at=datetime(2026, 3, 10, tzinfo=UTC)
        )
        return {str(flag.tone) for flag in reading.tones}

    assert tones("LEGAL ACTION") == {LAW}
    assert tones("Re: LEGAL ACTION") == set()
