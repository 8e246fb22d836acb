"""Acts as the ledger keeps them: to JSON and back, without loss."""

from typing import Any

from kb.model.acts import Act, Correct, Dispute, End, Retract, Series, State
from kb.model.fact import Claim, Evidence, Kind, Premise, Quote
from kb.model.ledger import Json, Payload
from kb.model.moment import FOREVER, Interval


def payload_of(act: Act, subject: str, predicate: str) -> dict[str, Json]:
    """The payload of a FACT record. A Series is computed, never recorded (TypeError)."""
    base: dict[str, Json] = {"statement": act.statement, "subject": subject, "predicate": predicate}
    match act:
        case State(claim=claim, interval=interval):
            more: dict[str, Json] = {
                "op": "state",
                "value": claim.value,
                "object": claim.object,
                "unit": claim.unit,
                "kind": claim.kind.value,
                "confidence": claim.confidence,
                "rule": claim.rule,
                "qualifiers": dict(claim.qualifiers) or None,
                "valid_from": interval.start,
                "valid_to": None if interval.open else interval.end,
                "evidence": [_evidence_json(piece) for piece in claim.evidence],
            }
        case Correct():
            more = {
                "op": "correct",
                "value": act.value,
                "object": act.object,
                "unit": act.unit,
                "confidence": act.confidence,
                "evidence": [_evidence_json(piece) for piece in act.evidence],
                "qualifiers": dict(act.qualifiers) or None,
            }
            if act.interval is not None:
                more |= {
                    "valid_from": act.interval.start,
                    "valid_to": None if act.interval.open else act.interval.end,
                }
        case End():
            more = {
                "op": "end",
                "at": act.at,
                "evidence": [_evidence_json(piece) for piece in act.evidence] or None,
                "qualifiers": dict(act.qualifiers) or None,
            }
        case Dispute():
            more = {"op": "dispute", "evidence": [_evidence_json(piece) for piece in act.evidence]}
        case Retract():
            more = {"op": "retract"}
        case Series():
            raise TypeError("a series is computed from order lines, not recorded")
    return base | {key: value for key, value in more.items() if value is not None}


def act_of(payload: Payload) -> Act:
    """The act that a FACT record holds."""
    of: dict[str, Any] = dict(payload)
    statement = of["statement"]
    evidence = tuple(_evidence(piece) for piece in of.get("evidence", ()))
    qualifiers = tuple(sorted(of.get("qualifiers", {}).items()))
    match of["op"]:
        case "state":
            claim = Claim(
                subject=of["subject"],
                predicate=of["predicate"],
                kind=Kind(of["kind"]),
                confidence=of["confidence"],
                evidence=evidence,
                value=of.get("value"),
                object=of.get("object"),
                unit=of.get("unit"),
                rule=of.get("rule"),
                qualifiers=qualifiers,
            )
            return State(statement=statement, claim=claim, interval=_interval(of))
        case "correct":
            return Correct(
                statement=statement,
                evidence=evidence,
                value=of.get("value"),
                object=of.get("object"),
                unit=of.get("unit"),
                confidence=of.get("confidence"),
                interval=_interval(of) if "valid_from" in of else None,
                qualifiers=qualifiers,
            )
        case "end":
            return End(statement=statement, at=of["at"], evidence=evidence, qualifiers=qualifiers)
        case "dispute":
            return Dispute(statement=statement, evidence=evidence)
        case _:
            return Retract(statement=statement)


def refs_of(payload: Payload) -> tuple[str, ...]:
    """What the act is built on: the ids of its evidence, its object, what it is about, and its subject."""
    of: dict[str, Any] = dict(payload)
    named = [piece.get("interaction") or piece["fact"] for piece in of.get("evidence", ())]
    nodes = (of.get("object"), of.get("qualifiers", {}).get("about"), of["subject"])
    return tuple(dict.fromkeys((*named, *filter(None, nodes))))


def _interval(of: dict[str, Any]) -> Interval:
    end = of.get("valid_to")
    return Interval(of["valid_from"], FOREVER if end is None else end)


def _evidence_json(piece: Evidence) -> dict[str, Json]:
    if isinstance(piece, Premise):
        return {"fact": piece.fact}
    return {"interaction": piece.interaction, "start": piece.start, "end": piece.end, "text": piece.text}


def _evidence(of: dict[str, Any]) -> Evidence:
    if "fact" in of:
        return Premise(of["fact"])
    return Quote(of["interaction"], of.get("start", 0), of.get("end", 0), of.get("text", ""))
