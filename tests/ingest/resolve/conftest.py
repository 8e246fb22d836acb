"""One resolver for all tests of a module: its encoder takes a second to load."""

import pytest

from ingest.resolve.resolver import Resolver
from tests.ingest.resolve.speaking import FEATURES, Talk, directory


@pytest.fixture(scope="session")
def resolver() -> Resolver:
    return Resolver(directory(), features=FEATURES)


@pytest.fixture
def talk(resolver: Resolver) -> Talk:
    return Talk(resolver)
