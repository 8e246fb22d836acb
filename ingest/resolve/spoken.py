"""A message with who is known to be in it, and what its thread has named before."""

from dataclasses import dataclass

from ingest.extract.pipeline import Message
from ingest.interactions import Participant
from ingest.linking import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """`linked` are the nodes that the interaction involves already. `before` are those that took part or were
    named earlier in the thread, the latest last (see Resolver.involved).
    """

    interaction: str
    message: Message
    thread: str | None = None
    participants: tuple[Participant, ...] = ()
    linked: tuple[Link, ...] = ()
    before: tuple[str, ...] = ()
