"""Blanks text that poses as instructions from the system; the customer's own words beside it stay."""

from __future__ import annotations

import re

_ROLE = r"(?:system|admin(?:istrator)?|assistant|developer|dev|root|instructions?|prompt)"
_FENCED = re.compile(
    rf"##{{1,5}} ?{_ROLE}\b.{{0,4000}}?(?:##|\Z)#*"
    rf"|[\[<{{(]{{1,2}}\|?/? ?{_ROLE}(?: ?(?:prompt|message|override|note|mode))?\|?[\]>}})]{{1,2}}.{{0,4000}}?(?:[\[<{{(]{{1,"
    rf"2}}\|?(?:/ ?{_ROLE}|end|/?user|im_end)\b[^\]>}})]{{0,20}}[\]>}})]{{1,2}}|\n[ \t]*\n|\Z)"
    rf"|```.{{0,20}}{_ROLE}\b.{{0,4000}}?(?:```|\Z)"
    rf"|--- ?(?:begin )?{_ROLE}\b.{{0,4000}}?(?:---|\Z)-*"
    rf"|(?:^|(?<=[\n.!?])) ?{_ROLE}(?: ?(?:prompt|message|override|note|notice|mode))? ?: .{{0,4000}}?(?:\n|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_SENTENCE = re.compile(
    r"[^.!?\n]{0,200}\b(?:(?:ignore|disregard|forget|override|bypass|ignoriere?n?|vergiss|missachte|ignora|olvida|omite|"
    r"ignore[zr]?|oublie[zr]?) (?:sie )?(?:(?:all|any|the|of|every|your|my|alle|s[äa]mtliche|deine|ihre|die|todas?|tus|sus|las|"
    r"toutes?|tes|vos|les) ){0,3}(?:previous |prior |earlier |above |safety |system |bisherigen |vorherigen |vorigen )?"
    r"(?:rules?|instructions?|prompts?|polic(?:y|ies)|guidelines?|regeln|anweisungen|instrucciones|reglas|consignes|r[èe]gles)"
    r"|you are (?:now )?(?:in )?(?:an? )?(?:admin|developer|debug|god|dan)\b(?: mode)?|(?:admin|developer|debug|jailbreak) "
    r"mode (?:on|enabled|activated)"
    r"|as an? (?:ai|language model)|reveal (?:your|the) (?:system )?prompt)[^.!?\n]{0,300}[.!?]?",
    re.IGNORECASE,
)
_CUES = re.compile(
    r"(?i)system|admin|assistant|developer|\bdev\b|root|prompt|instruc|ignor|disregard|forget|overrid|bypass|vergiss|missacht|"
    r"olvida|omite|oubli|language model|\bdan\b|god mode|debug|\bai\b"
)


def without_injection(text: str) -> str:
    """The text with posed instructions replaced by spaces, so that places in it stay what they were."""
    if not _CUES.search(text):
        return text
    return _SENTENCE.sub(_blank, _FENCED.sub(_blank, text))


def _blank(found: re.Match[str]) -> str:
    return ". " + " " * (len(found.group()) - 2)
