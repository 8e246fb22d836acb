"""The sign-in page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """An account whose password is public, for demonstrations."""

    name: str
    password: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage:
    name: str  # as it was typed
    next: str  # where to go afterwards
    problem: str
    demo: tuple[DemoAccount, ...]  # empty where there are none
