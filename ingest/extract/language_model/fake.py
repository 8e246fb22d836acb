"""An endpoint that stands in for a language model: a real HTTP server on this machine, for tests and trials.

    python -m ingest.extract.language_model.fake [PORT]

serves one that answers with what the built-in extractor finds in what it is sent.
"""

import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias

from ingest.extract.candidates import FactKind, Side
from ingest.extract.language_model.asking import ASPECTS, SCHEMA
from ingest.extract.pipeline import Message, shipped_extractor

MODEL = "fake"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came: the path, the headers, and the JSON of its body ({} for a GET)."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def told(self) -> Any:
        """What the user message says of the text."""
        return json.loads(self.body["messages"][-1]["content"])


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered. A str in `content` is what the model says; else the body is `raw`."""

    content: str | None = None
    status: int = 200
    raw: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    finish_reason: str = "stop"

    @property
    def body(self) -> bytes:
        if self.content is None:
            return self.raw
        message = {"role": "assistant", "content": self.content}
        usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
        choice = {"index": 0, "message": message, "finish_reason": self.finish_reason}
        return json.dumps({"model": MODEL, "choices": [choice], "usage": usage}).encode()


LISTING = Reply(raw=json.dumps({"data": [{"id": MODEL}]}).encode())
Answering: TypeAlias = Callable[[Asked], Reply]


@dataclass(frozen=True, slots=True)
class Fake:
    """A running endpoint, and what it was asked so far."""

    url: str
    asked: list[Asked]


def facts(*stated: Mapping[str, Any]) -> Reply:
    """An answer with these facts; keys that are not given are null."""
    empty = dict.fromkeys(SCHEMA["properties"]["facts"]["items"]["required"])
    return Reply(json.dumps({"facts": [{**empty, "sure": "certain", **one} for one in stated]}))


def built_in() -> Answering:
    """Answers with what the built-in extractor finds in what it is sent."""
    extractor = shipped_extractor()

    def answer(asked: Asked) -> Reply:
        told = asked.told
        sides = {name: side for side in Side for name in told["people"][side]}
        side = Side(told["by"]) if told["by"] else None
        message = Message(
            text=told["text"], at=datetime.now(UTC), side=side, channel=told["channel"], sides=sides
        )
        return facts(
            *(
                {
                    "kind": one.kind,
                    "quote": one.text,
                    "holder": one.holder,
                    "aspect": one.aspect if one.aspect in ASPECTS.get(FactKind(one.kind), ()) else None,
                    "polarity": one.polarity,
                    "person": one.person,
                    "role": one.role,
                }
                for one in next(extractor.extract([message]))
            )
        )

    return answer


@contextmanager
def serving(answering: Answering, *, listing: Reply = LISTING, port: int = 0) -> Iterator[Fake]:
    """Serve on the port, 0 for any that is free, until the block ends. `listing` answers a GET."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(Asked(self.path, dict(self.headers), body))
            self._reply(answering(asked[-1]))

        def do_GET(self) -> None:
            asked.append(Asked(self.path, dict(self.headers), {}))
            self._reply(listing)

        def _reply(self, reply: Reply) -> None:
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            with suppress(ConnectionError):  # whoever asked may have lost patience
                self.end_headers()
                self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Fake(f"http://127.0.0.1:{server.server_address[1]}/v1", asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main(port: int) -> None:
    """Serve until Ctrl-C."""
    with serving(built_in(), port=port) as fake:
        sys.stdout.write(f"{fake.url}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
