"""The Standard Webhooks scheme: known vectors, and everything that must not pass."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from server.http.signatures import TOLERANCE_SECONDS, Refusal, refusal_of, secrets_in, sign

# The example of the scheme's own documentation and libraries.
KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = b'{"test": 2432232314}'
AT = 1_614_265_330
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

OTHER_KEY = "whsec_" + base64.b64encode(b"another secret of 32 whole bytes").decode()
[SECRET], [OTHER] = secrets_in(KEY), secrets_in(OTHER_KEY)
VALID = {"webhook-id": ID, "webhook-timestamp": str(AT), "webhook-signature": SIGNATURE}


def made(timestamp: int = AT, secret: bytes = SECRET, body: bytes = BODY, message_id: str = ID) -> dict[str, str]:
    """Headers of a request that somebody signed."""
    return {"webhook-id": message_id, "webhook-timestamp": str(timestamp), "webhook-signature": sign(secret, message_id, timestamp, body)}


def test_the_known_vector_is_valid() -> None:
    assert refusal_of(VALID, BODY, (SECRET,), AT) is None
    assert sign(SECRET, ID, AT, BODY) == SIGNATURE


def test_the_signature_is_what_the_scheme_says() -> None:
    key = base64.b64decode(KEY.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, f"{ID}.{AT}.".encode() + BODY, hashlib.sha256).digest()).decode()
    assert f"v1,{wanted}" == SIGNATURE


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"webhook-id": ""}, Refusal.INCOMPLETE),
        ({"webhook-timestamp": ""}, Refusal.INCOMPLETE),
        ({"webhook-signature": ""}, Refusal.INCOMPLETE),
        ({"webhook-id": "msg_other"}, Refusal.MISMATCH),
        ({"webhook-timestamp": str(AT + 1)}, Refusal.MISMATCH),
        ({"webhook-timestamp": f"{AT}.0"}, Refusal.TIMESTAMP),
        ({"webhook-timestamp": f"-{AT}"}, Refusal.TIMESTAMP),
        ({"webhook-timestamp": f" {AT}"}, Refusal.TIMESTAMP),
        ({"webhook-timestamp": "١٦١٤٢٦٥٣٣٠"}, Refusal.TIMESTAMP),
        ({"webhook-timestamp": "9" * 5_000}, Refusal.TIMESTAMP),
        ({"webhook-timestamp": "2021-02-25T15:02:10Z"}, Refusal.TIMESTAMP),
        ({"webhook-signature": SIGNATURE[:-1]}, Refusal.MISMATCH),
        ({"webhook-signature": SIGNATURE[:20]}, Refusal.MISMATCH),
        ({"webhook-signature": "v1,"}, Refusal.MISMATCH),
        ({"webhook-signature": "v1"}, Refusal.MISMATCH),
        ({"webhook-signature": SIGNATURE.removeprefix("v1,")}, Refusal.MISMATCH),
        ({"webhook-signature": SIGNATURE.replace("v1,", "v2,")}, Refusal.MISMATCH),
        ({"webhook-signature": SIGNATURE.replace("v1,", "v1a,")}, Refusal.MISMATCH),
        ({"webhook-signature": SIGNATURE.replace("g0h", "G0h")}, Refusal.MISMATCH),
        ({"webhook-signature": f"v1,{base64.b64decode(SIGNATURE[3:]).hex()}"}, Refusal.MISMATCH),
        ({"webhook-signature": "v1,é"}, Refusal.MISMATCH),
    ],
)
def test_a_changed_header_is_refused(change: dict[str, str], why: Refusal) -> None:
    assert refusal_of({**VALID, **change}, BODY, (SECRET,), AT) is why


@pytest.mark.parametrize("name", VALID)
def test_a_missing_header_is_refused(name: str) -> None:
    assert refusal_of({key: value for key, value in VALID.items() if key != name}, BODY, (SECRET,), AT) is Refusal.INCOMPLETE


@pytest.mark.parametrize(
    "body",
    [
        b"",
        BODY + b" ",
        BODY[:-1],
        b'{"test":2432232314}',
        b'{"test": 2432232315}',
        BODY.replace(b"test", b"tesu"),
    ],
)
def test_a_changed_body_is_refused(body: bytes) -> None:
    assert refusal_of(VALID, body, (SECRET,), AT) is Refusal.MISMATCH


def test_a_reordered_body_with_the_same_meaning_is_refused() -> None:
    signed = json.dumps({"event_id": "e1", "type": "tracking.delivered"}).encode()
    reordered = json.dumps({"type": "tracking.delivered", "event_id": "e1"}).encode()
    assert refusal_of(made(body=signed), signed, (SECRET,), AT) is None
    assert refusal_of(made(body=signed), reordered, (SECRET,), AT) is Refusal.MISMATCH


@pytest.mark.parametrize(
    ("age", "why"),
    [
        (0, None),
        (TOLERANCE_SECONDS, None),
        (-TOLERANCE_SECONDS, None),
        (TOLERANCE_SECONDS + 1, Refusal.TIMESTAMP),
        (-TOLERANCE_SECONDS - 1, Refusal.TIMESTAMP),
        (86_400, Refusal.TIMESTAMP),
    ],
)
def test_only_a_fresh_request_is_believed(age: int, why: Refusal | None) -> None:
    assert refusal_of(made(AT - age), BODY, (SECRET,), AT) is why


@pytest.mark.parametrize(
    ("given", "secrets", "why"),
    [
        (SIGNATURE, (), Refusal.MISMATCH),
        (SIGNATURE, (OTHER,), Refusal.MISMATCH),
        (SIGNATURE, (OTHER, SECRET), None),
        (SIGNATURE, (SECRET, OTHER), None),
        (f"{sign(OTHER, ID, AT, BODY)} {SIGNATURE}", (SECRET,), None),
        (f"{SIGNATURE} {sign(OTHER, ID, AT, BODY)}", (SECRET,), None),
        (f"v1a,abc  v2,abc {SIGNATURE}", (SECRET,), None),
        (f"{SIGNATURE},{SIGNATURE}", (SECRET,), Refusal.MISMATCH),
        (f"{sign(OTHER, ID, AT, BODY)} v1,AAAA", (SECRET,), Refusal.MISMATCH),
    ],
)
def test_several_signatures_and_several_secrets(given: str, secrets: tuple[bytes, ...], why: Refusal | None) -> None:
    assert refusal_of({**VALID, "webhook-signature": given}, BODY, secrets, AT) is why


def test_parts_cannot_be_shifted_from_one_to_another() -> None:
    signed = made(message_id="a", body=b'{"x": 1}')
    assert refusal_of({**signed, "webhook-id": f"a.{AT}"}, b'{"x": 1}', (SECRET,), AT) is Refusal.MISMATCH
    assert refusal_of(signed, b'.{"x": 1}', (SECRET,), AT) is Refusal.MISMATCH


@pytest.mark.parametrize("text", [f"{KEY} {OTHER_KEY}", f"{KEY},{OTHER_KEY}", f" {KEY} , {OTHER_KEY} "])
def test_several_secrets_in_one_setting(text: str) -> None:
    assert secrets_in(text) == (SECRET, OTHER)


@pytest.mark.parametrize(
    "text",
    ["", " ", ",", "whsec_", KEY.removeprefix("whsec_"), "whsec_not base64", "whsec_$$$$", "whsec_c2hvcnQ=", f"{KEY} plain", KEY[:-1]],
)
def test_a_setting_that_is_no_secret_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(ValueError, match=r"secret|whsec_|too short") as refused:
        secrets_in(text)
    assert not [word for word in text.split() if len(word) > 6 and word in str(refused.value)]
