"""What programs get of the review queue, from the command line and from /api/v1."""

from ingest.conversational.reviews import Counts, Decision, Waiting
from webapp.json_shapes import Shape


def waiting_json(one: Waiting) -> Shape:
    """A candidate that waits; `context` is its sentence."""
    said = one.candidate
    return {
        "id": one.id,
        "interaction": one.interaction.id,
        "kind": said.kind.value,
        "text": said.text,
        "start": said.start,
        "end": said.end,
        "context": one.interaction.text[one.first : one.last],
        "confidence": said.confidence,
        "reason": one.reason,
        "alternatives": [{"id": other.id, "name": other.name} for other in one.alternatives],
        "statement": one.statement,
        "aspect": said.aspect,
        "holder": said.holder,
        "due": said.due.isoformat() if said.due else None,
    }


def counts_json(counts: Counts) -> Shape:
    return {
        "waiting": counts.waiting,
        "kinds": dict(counts.kinds),
        "reasons": dict(counts.reasons),
        "decided": dict(counts.decided),
    }


def decision_json(decision: Decision) -> Shape:
    return {
        "candidate": decision.candidate,
        "interaction": decision.interaction,
        "verdict": decision.verdict,
        "run": decision.run,
    }
