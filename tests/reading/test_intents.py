"""What customers want, in a few hundred of the ways in which they say it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph.labels import Channel, Intent
from nodes.reading import read_message

STATUS, DISPUTE, CANCEL, REFUND, REPLACE = "order_status", "delivery_dispute", "cancel", "refund", "replacement"
ADDRESS, OTHER, WITHDRAW, STOP, THANKS, ELSE = "address_change", "alternate_item", "withdraw_request", "stop_contact", "thanks_or_closing", "not_wismo"
NOTHING = ""

ENGLISH = [
    ("where is my order", STATUS), ("wheres my stuff??", STATUS), ("wher is my pakage", STATUS), ("when will it get here", STATUS), ("any eta?", STATUS), ("has it shipped yet", STATUS),
    ("did 20411 ship", STATUS), ("still nothing", STATUS), ("it hasn't moved since tuesday", STATUS), ("my parcel never arrived", STATUS), ("still haven't received my order", STATUS),
    ("I need help tracking order 732201349959", STATUS), ("wanna know the status of my purchase", STATUS), ("I have to check the ETA of my package", STATUS), ("is my order coming today?", STATUS),
    ("why is it taking so long", STATUS), ("what's going on with my delivery", STATUS), ("my order is late", STATUS), ("its been 3 weeks and nothing", STATUS), ("tracking says my monitor was damaged", STATUS),
    ("@shop ordered 2 weeks ago and still waiting for my headphones :(", STATUS), ("UPS lost my package I think", STATUS), ("Where is my refund?", STATUS), ("when will I get my refund", STATUS),
    ("I haven't received my refund yet", STATUS), ("I want to check the status of my refund", STATUS), ("you cancelled my order, why?", STATUS), ("why was order 1042 cancelled", STATUS),
    ("is it going to my new address?", STATUS), ("which address is it going to?", STATUS), ("Only the CPU came, where is the rest?", STATUS), ("my order is on hold, why", STATUS),
    ("the driver left a card, will he come again tomorrow?", STATUS), ("is 20928 on schedule?", STATUS), ("could you look into order 1042 for me", STATUS), ("any movement on 20604", STATUS),
    ("expected delivery was Monday, it's Thursday now", STATUS), ("how much longer do I have to wait for my laptop?", STATUS), ("can u check my order pls", STATUS), ("Customs has had my parcel for 9 days", STATUS),
    ("my package says out for delivery since yesterday", STATUS), ("is there an update?", STATUS), ("hi any update on my oder", STATUS), ("what happened to my shipment", STATUS), ("was it dispatched", STATUS),
    ("is my package lost?", STATUS), ("the seller has not sent it", STATUS), ("when can i expect delivery", STATUS), ("track order", STATUS), ("no info on my shipment for a week", STATUS),
    ("when will the 7800 XT be back in stock for my order?", STATUS), ("I got a tracking number but dpd knows nothing", STATUS), ("the post office says they returned it to sender", STATUS),
    ("it was supposed to be delivered on Friday", STATUS), ("order hasn't been delivered yet", STATUS), ("why haven't you shipped order 20411 yet?", STATUS),
    # disputes
    ("it says delivered but I never got it", DISPUTE), ("tracking shows delivered, nothing here", DISPUTE), ("The box was empty", DISPUTE), ("there was an item missing from the box", DISPUTE),
    ("UPS claims they handed it to me. Nobody rang.", DISPUTE), ("marked as delivered yesterday but nobody here has it", DISPUTE), ("The signature on the proof of delivery isn't mine", DISPUTE),
    ("You delivered to the wrong house", DISPUTE), ("Package supposedly delivered at 2pm. Checked with all neighbors, no package.", DISPUTE), ("one of the fans was missing in the package", DISPUTE),
    ("status says delivered on the 4th. I don't have it", DISPUTE), ("The photo shows someone else's porch", DISPUTE), ("amazon said it was delivered and left at my door but there is nothing there", DISPUTE),
    ("it was stolen from my porch", DISPUTE), ("my parcel arrived without the charger, it is missing from the box", DISPUTE),
    # cancel
    ("please cancel my order", CANCEL), ("cancel order 20693", CANCEL), ("i want to cancel", CANCEL), ("can you cancel 20670 please?", CANCEL), ("need to cancle my ordr", CANCEL), ("I no longer want order 20411", CANCEL),
    ("i dont want it anymore", CANCEL), ("i need help cancelling puchase 113542617735902", CANCEL), ("question about cancelling order 1042", CANCEL), ("how do i cancel order 20411", CANCEL), ("just cancel it", CANCEL),
    ("I'd like my order cancelled", CANCEL), ("found it cheaper, pls cancel", CANCEL), ("cancel everything please", CANCEL), ("please cancel it if it hasn't shipped yet", CANCEL), ("kindly cancel", CANCEL),
    ("help me to cancel the last purchase I made", CANCEL), ("I ordered this by mistake, can you cancel it?", CANCEL), ("do not ship it, I changed my mind about the order", CANCEL),
    # not a cancellation
    ("cancel my newsletter", ELSE), ("how do I cancel my subscription", ELSE), ("please cancel my account", ELSE), ("how much is the cancellation fee", ELSE), ("do these headphones have noise cancelling?", ELSE),
    ("can I cancel later if I change my mind?", NOTHING), ("cancel? or no wait maybe dont", NOTHING), ("not sure if i should cancel", NOTHING), ("what happens if I cancel", NOTHING),
    # refund
    ("I want a refund", REFUND), ("give me my money back", REFUND), ("please refund order 20411", REFUND), ("refund me now", REFUND), ("I'd like to be reimbursed", REFUND), ("can I get a refund?", REFUND), ("i want my money", REFUND),
    ("how can I request a refund for order 1042", REFUND), ("i need help getting a reimbursement", REFUND), ("Please refund them to me.", REFUND), ("I demand a full refund immediately", REFUND),
    ("what is your refund policy?", ELSE), ("in which cases can I ask for a refund", ELSE), ("I don't want a refund, I want my parcel. where is it", STATUS), ("no need to refund, just tell me where it is", STATUS),
    # replacement
    ("please send another one", REPLACE), ("can you send it again", REPLACE), ("please resend my order", REPLACE), ("I'd like a replacement", REPLACE), ("could you send a new one?", REPLACE), ("please send the missing fan", REPLACE),
    ("yes, please send me the fans again", REPLACE), ("just ship me a new one", REPLACE), ("can i get a replacement", REPLACE), ("reship it please", REPLACE), ("where is my replacement?", STATUS),
    ("I don't want to wait weeks for another one, please refund me", REFUND),
    # address
    ("can you change the address?", ADDRESS), ("please change my delivery address", ADDRESS), ("I put the wrong flat number", ADDRESS), ("send it to my new place instead: 12 High St", ADDRESS), ("i moved, please ship to my new address", ADDRESS),
    ("need to update shipping adress on 20411", ADDRESS), ("the address on my order is wrong", ADDRESS), ("please redirect the parcel to my office", ADDRESS), ("I made a typo in the street", ADDRESS),
    ("how do I set up a new shipping address", ADDRESS),
    # another item
    ("do you have something similar you could send instead", OTHER), ("send the black one instead", OTHER), ("can I swap it for the XL model?", OTHER), ("is there an alternative to the 7800 XT?", OTHER),
    ("I would take a substitute", OTHER), ("if it is out until next month please send me the GPU-7800XT-OC instead", OTHER),
    # withdrawal
    ("scratch that, keep the order", WITHDRAW), ("never mind, don't cancel", WITHDRAW), ("forget the refund", WITHDRAW), ("please do not cancel my order", WITHDRAW), ("disregard my last email", WITHDRAW),
    ("I no longer want a refund", WITHDRAW), ("please keep the order as it is and just send it", WITHDRAW), ("no need to cancel after all", WITHDRAW), ("I want to undo the cancellation", WITHDRAW), ("changed my mind, leave it as it is", WITHDRAW),
    # stop
    ("stop sending me updates", STOP), ("unsubscribe me", STOP), ("please stop emailing me about this", STOP), ("I don't want any more notifications", STOP), ("no more texts please", STOP), ("opt out", STOP),
    ("why did the tracking stop updating?", STATUS), ("unsubscribe me from your newsletter", ELSE),
    # closing
    ("thanks!", THANKS), ("thank you so much, that helps", THANKS), ("ok great, got it, it arrived", THANKS), ("brilliant, thanks so much!", THANKS), ("perfect", THANKS), ("all good now", THANKS), ("ok thx", THANKS), ("never mind, found it, thanks", THANKS),
    ("thanks, and when does it ship?", STATUS), ("thanks but it still hasn't arrived", STATUS),
    # other matters
    ("the monitor has a dead pixel", ELSE), ("you sent me the wrong item", ELSE), ("I received a broken keyboard", ELSE), ("can I have an invoice for my purchase?", ELSE), ("does this card fit in a mid tower case?", ELSE), ("do you price match?", ELSE),
    ("I forgot my password", ELSE), ("what payment methods do you accept", ELSE), ("how do I return an item?", ELSE), ("my discount code does not work", ELSE), ("are you hiring? here is my cv", ELSE),
    ("We can get you to the first page of google, SEO services", ELSE), ("is the warranty two or three years?", ELSE), ("my account is locked", ELSE), ("the SSD stopped working after a week", ELSE),
    ("Your mailbox is full, click here to verify your account", ELSE), ("do you ship to Canada?", ELSE), ("received size M but I ordered L, wrong size", ELSE),
    # nothing
    ("hmm. so that thing, the one from before, or how", NOTHING), ("well u know. like before only the other way round", NOTHING), ("hello", NOTHING), ("asdf", NOTHING), ("good morning", NOTHING), ("so anyway lol", NOTHING), ("the blue thing", NOTHING),
]

GERMAN = [
    ("wo ist meine Bestellung?", STATUS), ("Wann kommt mein Paket endlich an?", STATUS), ("wo bleibt die lieferung", STATUS), ("Gibt es etwas Neues zu meiner Bestellung 20601?", STATUS), ("mein Paket ist immer noch nicht da", STATUS),
    ("Ich habe meine Bestellung noch nicht erhalten.", STATUS), ("Wie ist der Stand?", STATUS), ("wurde 20601 schon verschickt?", STATUS), ("Die Sendung bewegt sich seit Tagen nicht", STATUS), ("warum dauert das so lange", STATUS),
    ("Wo bleibt meine Rückerstattung?", STATUS), ("Wann bekomme ich mein Geld zurück?", STATUS), ("Warum haben Sie meine Bestellung storniert?", STATUS), ("laut DHL beschädigt, was nun?", STATUS), ("Der Lieferstatus ist seit Freitag unverändert", STATUS),
    ("liefertermin?", STATUS), ("Kommt das Paket heute noch?", STATUS), ("Meine Bestellung sollte gestern ankommen", STATUS), ("Könnten Sie bitte nachsehen, wo mein Monitor ist?", STATUS), ("Ist meine Sendung verloren gegangen?", STATUS),
    ("Das Paket soll gestern zugestellt worden sein, ich habe aber nichts bekommen", DISPUTE), ("Laut DHL zugestellt, hier ist aber nichts angekommen", DISPUTE), ("Der Karton war leer", DISPUTE), ("Im Paket fehlte der Lüfter", DISPUTE),
    ("Als zugestellt markiert, aber niemand hat es bekommen", DISPUTE), ("Die Unterschrift ist nicht meine", DISPUTE),
    ("Bitte stornieren Sie meine Bestellung", CANCEL), ("ich möchte die bestellung stornieren", CANCEL), ("Kann ich noch stornieren? Bitte stornieren Sie 20949.", CANCEL), ("Ich brauche die Bestellung nicht mehr", CANCEL), ("bitte storno", CANCEL), ("Hiermit widerrufe ich meinen Kauf", CANCEL),
    ("Könnten Sie 20949 stornieren?", CANCEL), ("Newsletter kündigen bitte", ELSE), ("soll ich stornieren? weiß nicht", NOTHING),
    ("Ich möchte mein Geld zurück", REFUND), ("bitte erstatten Sie mir den Betrag", REFUND), ("Ich verlange eine Rückerstattung", REFUND), ("Ich will keine Erstattung, ich will wissen wo mein Paket ist", STATUS),
    ("Bitte schicken Sie mir Ersatz", REPLACE), ("Können Sie es noch einmal schicken?", REPLACE), ("Ich bitte um Ersatz", REPLACE), ("Ich hätte gern eine Ersatzlieferung", REPLACE),
    ("Bitte ändern Sie die Lieferadresse", ADDRESS), ("ich habe die falsche Hausnummer angegeben", ADDRESS), ("Bitte an meine neue Adresse schicken", ADDRESS), ("wir sind umgezogen, bitte Adresse ändern", ADDRESS), ("geht es an meine neue Adresse?", STATUS),
    ("Haben Sie etwas Ähnliches?", OTHER), ("Schicken Sie mir bitte stattdessen die weißen", OTHER), ("Gibt es eine Alternative?", OTHER),
    ("Bitte doch nicht stornieren", WITHDRAW), ("Vergessen Sie die Stornierung, ich behalte die Bestellung", WITHDRAW), ("bitte nicht stornieren", WITHDRAW), ("Ich ziehe meine Stornierung zurück", WITHDRAW),
    ("Bitte keine Updates mehr schicken", STOP), ("ich möchte keine Benachrichtigungen mehr erhalten", STOP),
    ("Danke!", THANKS), ("Vielen Dank, ist angekommen", THANKS), ("super, danke", THANKS), ("alles klar", THANKS),
    ("Die Grafikkarte ist defekt", ELSE), ("Sie haben den falschen Artikel geschickt", ELSE), ("Ich brauche eine Rechnung", ELSE), ("Passt der Kühler auf AM5?", ELSE), ("Passwort vergessen", ELSE), ("Wie kann ich den Artikel zurückschicken?", ELSE),
    ("Hallo", NOTHING), ("naja also das da", NOTHING),
]

SPANISH = [
    ("¿dónde está mi pedido?", STATUS), ("donde esta mi paquete", STATUS), ("¿Cuándo llega mi pedido 20580?", STATUS), ("no me ha llegado nada", STATUS), ("todavía no he recibido mi compra", STATUS), ("¿alguna novedad de mi envío?", STATUS),
    ("el seguimiento no se mueve desde el lunes", STATUS), ("¿qué pasa con mi pedido?", STATUS), ("sigo esperando mi paquete", STATUS), ("¿Dónde está mi reembolso?", STATUS), ("¿por qué han cancelado mi pedido?", STATUS),
    ("mi pedido tenía que llegar ayer", STATUS), ("¿llega hoy?", STATUS), ("estado del pedido por favor", STATUS), ("quiero saber cuándo sale mi pedido", STATUS), ("el pedido aparece como extraviado", STATUS),
    ("dice entregado pero no he recibido nada", DISPUTE), ("figura como entregado y aquí no hay nada", DISPUTE), ("la caja estaba vacía", DISPUTE), ("faltaban los ventiladores en la caja", DISPUTE), ("esa no es mi firma", DISPUTE),
    ("por favor cancelen mi pedido", CANCEL), ("quiero cancelar el pedido 20580", CANCEL), ("¿pueden anular mi compra?", CANCEL), ("ya no lo quiero", CANCEL), ("cancelar pedido", CANCEL), ("cancelar mi suscripción", ELSE),
    ("quiero el reembolso", REFUND), ("devuélvanme mi dinero", REFUND), ("solicito la devolución del dinero", REFUND), ("exijo que me reembolsen", REFUND),
    ("¿me pueden enviar otro?", REPLACE), ("envíenlo de nuevo por favor", REPLACE), ("¿Me los pueden enviar?", REPLACE), ("quiero un reemplazo", REPLACE),
    ("quiero cambiar la dirección de entrega", ADDRESS), ("puse mal la dirección", ADDRESS), ("me he mudado, envíen a mi nueva dirección", ADDRESS), ("la dirección es incorrecta", ADDRESS),
    ("¿tienen algo similar?", OTHER), ("envíenme el blanco en su lugar", OTHER), ("¿hay alguna alternativa?", OTHER),
    ("no quiero cancelar, mantengan el pedido", WITHDRAW), ("olviden la cancelación", WITHDRAW), ("por favor no cancelen", WITHDRAW), ("al final me lo quedo", WITHDRAW),
    ("no me envíen más mensajes", STOP), ("dejen de escribirme", STOP), ("quiero darme de baja", STOP),
    ("gracias", THANKS), ("muchas gracias, ya llegó", THANKS), ("perfecto, gracias", THANKS),
    ("el monitor llegó roto", ELSE), ("necesito la factura", ELSE), ("me enviaron el producto equivocado", ELSE), ("¿cómo puedo devolver un artículo?", ELSE), ("olvidé mi contraseña", ELSE), ("¿es compatible con AM5?", ELSE),
    ("hola", NOTHING), ("pues eso", NOTHING),
]

FRENCH = [
    ("où est ma commande ?", STATUS), ("ou est mon colis", STATUS), ("Quand vais-je recevoir ma commande ?", STATUS), ("je n'ai toujours pas reçu mon colis", STATUS), ("ma commande n'est toujours pas partie", STATUS), ("avez-vous des nouvelles de ma commande ?", STATUS),
    ("le suivi est bloqué depuis lundi", STATUS), ("que se passe-t-il avec ma commande", STATUS), ("toujours rien", STATUS), ("Où en est mon remboursement ?", STATUS), ("pourquoi avez-vous annulé ma commande ?", STATUS), ("mon colis est en retard", STATUS),
    ("commande 20462 expédiée ?", STATUS), ("ma commande devait arriver hier", STATUS), ("J'attends mon écran depuis deux semaines", STATUS), ("mon colis est-il perdu ?", STATUS),
    ("le suivi indique livré mais je n'ai rien reçu", DISPUTE), ("marqué comme livré hier, personne n'a rien reçu", DISPUTE), ("le carton était vide", DISPUTE), ("il manquait les ventilateurs dans le colis", DISPUTE), ("ce n'est pas ma signature", DISPUTE),
    ("merci d'annuler ma commande", CANCEL), ("je souhaite annuler la commande 20640", CANCEL), ("pouvez-vous annuler ?", CANCEL), ("je n'en veux plus", CANCEL), ("veuillez annuler", CANCEL), ("annuler mon abonnement", ELSE),
    ("je veux être remboursé", REFUND), ("remboursez-moi", REFUND), ("je demande un remboursement", REFUND), ("rendez-moi mon argent", REFUND),
    ("pouvez-vous me renvoyer le colis ?", REPLACE), ("je voudrais un remplacement", REPLACE), ("envoyez-en un autre svp", REPLACE),
    ("je voudrais changer l'adresse de livraison", ADDRESS), ("je me suis trompé d'adresse", ADDRESS), ("pouvez-vous livrer chez mes parents plutôt ?", ADDRESS), ("j'ai déménagé, nouvelle adresse", ADDRESS),
    ("avez-vous quelque chose de similaire ?", OTHER), ("envoyez-moi le blanc à la place", OTHER),
    ("finalement n'annulez pas", WITHDRAW), ("je ne veux pas annuler, gardez la commande", WITHDRAW), ("oubliez le remboursement", WITHDRAW),
    ("arrêtez de m'envoyer des messages", STOP), ("je ne souhaite plus recevoir de notifications", STOP),
    ("merci", THANKS), ("merci beaucoup, bien reçu", THANKS), ("parfait, merci", THANKS),
    ("l'écran est cassé", ELSE), ("j'ai besoin d'une facture", ELSE), ("vous m'avez envoyé le mauvais article", ELSE), ("comment retourner un article ?", ELSE), ("mot de passe oublié", ELSE), ("est-ce compatible avec AM5 ?", ELSE),
    ("bonjour", NOTHING), ("enfin bref", NOTHING),
]


def intents(text: str, subject: str | None = None, channel: Channel = Channel.CHAT) -> set[str]:
    reading = read_message(text=text, subject=subject, channel=channel, metadata={}, received_at=datetime(2026, 3, 10, tzinfo=UTC))
    return {str(intent) for intent in reading.intents()}


@pytest.mark.parametrize(("text", "wanted"), [*ENGLISH, *GERMAN, *SPANISH, *FRENCH])
def test_intents(text: str, wanted: str) -> None:
    found = intents(text)
    if wanted not in (STATUS, THANKS, ELSE, NOTHING):
        found -= {Intent.ORDER_STATUS}
    assert found == ({wanted} if wanted else set())
