"""Settings are read once, checked all together, and documented."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import InvalidSetting
from webapp.settings import DECLARED, read, variable

ROOT = Path(__file__).parents[2]
WRONG = {
    "KBCRM_HOME": str(ROOT / "pyproject.toml"),
    "KBCRM_GRAPH": "http://localhost:7474",
    "KBCRM_GRAPH_MEMORY": "12m",
    "KBCRM_DATABASE": "mysql://me:sesame@localhost/crm",
    "KBCRM_HOST": "not a host",
    "KBCRM_PORT": "70000",
    "KBCRM_LOCALE": "fr",
    "KBCRM_TIMEZONE": "Mars/Olympus",
    "KBCRM_ENCODER": "/nowhere/at/all",
    "KBCRM_WATCH": "gossip=/srv/inbox",
    "KBCRM_MAILBOX_EVERY": "often",
    "KBCRM_CLOCK": "noon",
    "KBCRM_LLM_URL": "ftp://models.example/v1",
    "KBCRM_LLM_MODEL": "a\tmodel",
    "KBCRM_LLM_KEY": "sk open",
    "KBCRM_LLM_BUDGET": "-1",
    "KBCRM_LLM_REQUESTS": "many",
    "KBCRM_LLM_TIMEOUT": "0",
}


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = read({})
    assert settings.home == Path("var").absolute()
    assert settings.url == "http://127.0.0.1:5080"
    assert settings.embedded
    assert settings.timezone == ZoneInfo("UTC")
    assert settings.staff == frozenset()


def test_values_are_parsed(tmp_path: Path) -> None:
    settings = read(
        {
            "KBCRM_HOME": str(tmp_path),
            "KBCRM_GRAPH": "neo4j+s://graph.example:7687",
            "KBCRM_DATABASE": "postgresql://me@db.example/crm",
            "KBCRM_HOST": "::1",
            "KBCRM_PORT": " 8080 ",
            "KBCRM_GRAPH_MEMORY": "2G",
            "KBCRM_STAFF": "Pumps.Example, Li  Na ,,anna@pumps.example",
            "KBCRM_ENCODER": str(tmp_path),
            "KBCRM_WATCH": f"notes={tmp_path}, mail = /srv/mail",
            "KBCRM_CLOCK": "1970-01-01T00:00:01+00:00",
        }
    )
    assert settings.home == tmp_path
    assert not settings.embedded
    assert settings.url == "http://[::1]:8080"
    assert settings.graph_memory == "2g"
    assert settings.staff == {"pumps.example", "li na", "anna@pumps.example"}
    assert settings.encoder == tmp_path
    assert settings.watch == (("notes", tmp_path), ("mail", Path("/srv/mail")))
    assert settings.clock == 1000


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_named_with_its_variable(name: str) -> None:
    with pytest.raises(InvalidSetting) as raised:
        read({name: WRONG[name]})
    assert str(raised.value).startswith(f"{name}: ")
    assert str(raised.value).endswith(".")


@pytest.mark.parametrize("path", ["~nobody-of-this-name/kbcrm", "/" + "long" * 1000])
def test_a_path_that_no_system_knows_is_named(path: str) -> None:
    with pytest.raises(InvalidSetting, match=r"^KBCRM_HOME: "):
        read({"KBCRM_HOME": path})


def test_all_wrong_values_are_named_at_once() -> None:
    with pytest.raises(InvalidSetting) as raised:
        read(WRONG)
    problems = raised.value.data["problems"]
    assert isinstance(problems, tuple)
    assert {name for name, _ in problems} == set(WRONG)
    assert [line.partition(":")[0] for line in str(raised.value).splitlines()] == [n for n, _ in problems]


def test_a_misspelt_variable_is_named_with_the_right_one() -> None:
    with pytest.raises(
        InvalidSetting, match=r"KBCRM_PROT: There is no such setting; did you mean KBCRM_PORT\?"
    ):
        read({"KBCRM_PROT": "8080"})


def test_variables_of_the_tests_and_of_other_programs_are_left_alone() -> None:
    read({"KBCRM_TEST_NEO4J": "bolt://localhost", "KBCRM_SHARED": "data", "HOME": "/root"})


@pytest.mark.parametrize(
    "environ",
    [
        {"KBCRM_DATABASE": "mysql://me:sesame@localhost/crm"},
        {"KBCRM_DATABASE": "postgresql://me:sesame"},
        {"KBCRM_GRAPH": "bolt://me:sesame@localhost"},
        {"KBCRM_GRAPH": "bolt://me:sesame"},
        {"KBCRM_GRAPH": "bolt://[sesame"},
        {"KBCRM_LLM_URL": "https://me:sesame@models.example/v1"},
        {"KBCRM_LLM_URL": "https://models.example/v1?key=sesame"},
        {"KBCRM_LLM_URL": "https://[sesame"},
        {"KBCRM_LLM_KEY": "open sesame"},
    ],
)
def test_a_password_is_never_repeated(environ: dict[str, str]) -> None:
    with pytest.raises(InvalidSetting) as raised:
        read(environ)
    assert "sesame" not in str(raised.value)


def test_passwords_do_not_show_when_the_settings_are_printed() -> None:
    settings = read(
        {
            "KBCRM_GRAPH_PASSWORD": "sesame",
            "KBCRM_MAILBOX_PASSWORD": "sesame",
            "KBCRM_DATABASE": "postgresql://me:sesame@db/crm",
        }
    )
    assert "sesame" not in repr(settings)


def test_an_endpoint_is_set_whole_or_not_at_all() -> None:
    whole = {"KBCRM_LLM_URL": "http://127.0.0.1:11434/v1/", "KBCRM_LLM_MODEL": "m", "KBCRM_LLM_KEY": "sesame"}
    settings = read(whole)
    assert (settings.llm_url, settings.llm_model) == ("http://127.0.0.1:11434/v1", "m")
    assert "sesame" not in repr(settings)
    for missing in ("KBCRM_LLM_URL", "KBCRM_LLM_MODEL"):
        with pytest.raises(InvalidSetting, match=missing):
            read({name: value for name, value in whole.items() if name != missing})


@given(st.dictionaries(st.sampled_from([variable(a) for a in DECLARED]), st.text(max_size=30)))
def test_any_value_is_either_read_or_named(environ: dict[str, str]) -> None:
    try:
        read(environ)
    except InvalidSetting as error:
        problems = error.data["problems"]
        assert isinstance(problems, tuple)
        assert {name for name, _ in problems} <= set(environ)


def test_every_setting_is_documented_with_its_default() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(KBCRM_\w+)` \| (?:`([^`]*)`)? ?\| .+ \|$", text, flags=re.MULTILINE)
    assert dict(rows) == {variable(attribute): default for attribute, (default, _) in DECLARED.items()}
