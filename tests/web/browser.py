"""A visitor of the pages, without a browser: cookies, the token of forms, and what htmx sends."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.store.accounts import DEMO

PASSWORDS = {demo.account.name: demo.password for demo in DEMO}
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


def basic(name: str, password: str) -> dict[str, str]:
    """How a program signs in."""
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


@dataclass
class Browser:
    """A visitor: keeps its cookies, sends the token of forms, follows nothing by itself."""

    client: FlaskClient

    def get(self, address: str, **options: Any) -> TestResponse:
        return self.client.get(address, **options)

    def fragment(self, address: str) -> TestResponse:
        """As htmx asks for what it swaps in."""
        return self.client.get(address, headers=FRAGMENT)

    def post(self, address: str, form: Mapping[str, Any], **options: Any) -> TestResponse:
        return self.client.post(address, data={"csrf_token": self.token(), **form}, **options)

    def token(self) -> str:
        page = self.client.get("/sign-in", follow_redirects=True)
        found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert found
        return found[1]

    def sign_in(self, name: str, password: str | None = None, **form: str) -> TestResponse:
        given = {"name": name, "password": PASSWORDS[name] if password is None else password}
        return self.post("/sign-in", {**given, **form})
