"""The list of customers, and the page of one."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.overrides import Overrides
from kb.model.viewer import administrator
from tests.web.browser import Browser
from tests.web.company import BREWERY, DAIRY
from webapp.wiring import Parts

SignedIn = Callable[..., Browser]


def names(page: str) -> list[str]:
    """The customers of a list, in its order."""
    return re.findall(r'<td class="who">\s*<a href="[^"]+">([^<]+)</a>', page)


def test_the_list_shows_each_customer_with_its_orders_and_spend(admin: Browser) -> None:
    page = admin.get("/customers?search=dairy").text
    assert names(page) == ["Kloosterveen Dairy B.V."]
    assert "C-1001 · 克洛斯特芬乳业" in page
    assert "Netherlands" in page
    assert "24 Dec 2025" in page
    assert "€15,663.00" in page


@pytest.mark.parametrize("search", ["dairy", "C-1001", "克洛斯特芬"])
def test_a_customer_is_found_by_name_in_either_language_and_by_number(admin: Browser, search: str) -> None:
    assert names(admin.get("/customers", query_string={"search": search}).text) == ["Kloosterveen Dairy B.V."]


def test_a_search_without_result_says_so(admin: Browser) -> None:
    assert "No customer is called “zzz”." in admin.get("/customers?search=zzz").text


def test_headings_sort_and_turn_the_order_round(admin: Browser) -> None:
    up = admin.get("/customers?search=C-100&sort=orders").text
    down = admin.get("/customers?search=C-100&sort=orders&descending=1").text
    assert names(up) == ["Donghu Brewery", "Kloosterveen Dairy B.V."]
    assert names(down) == names(up)[::-1]
    assert 'aria-sort="descending"' in down


def test_an_account_manager_sees_the_customers_of_the_team_only(signed_in: SignedIn) -> None:
    assert names(signed_in("pieter").get("/customers?search=C-100").text) == ["Kloosterveen Dairy B.V."]
    assert names(signed_in("li.na").get("/customers?search=C-100").text) == ["东湖啤酒有限公司"]
    assert signed_in("pieter").get(f"/customers/{BREWERY}").status_code == 404


@pytest.mark.parametrize("name", ["chen.wei", "sofie"])
def test_roles_without_customers_get_a_sentence_instead(signed_in: SignedIn, name: str) -> None:
    page = signed_in(name).get("/customers").text
    assert "No customers are open to your role." in page
    assert "Kloosterveen" not in page


def test_a_customer_comes_to_their_own_page_and_sees_nothing_internal(signed_in: SignedIn) -> None:
    browser = signed_in("customer")
    assert browser.get("/").location == f"/customers/{DAIRY}"
    page = browser.get(f"/customers/{DAIRY}").text
    assert "Kloosterveen Dairy" in page
    assert "yearly pump budget" not in page
    assert "State a fact" not in page
    assert browser.get(f"/customers/{BREWERY}").status_code == 404


def test_a_long_list_is_cut_into_pages_and_says_of_how_many(
    admin: Browser, parts: Parts, tmp_path: Path
) -> None:
    rows = "".join(f"L-{n:03},Long {n:03},x{n}@long.example\n" for n in range(130))
    path = tmp_path / "long.csv"
    path.write_text(f"customer_no,organisation,email\n{rows}")
    run = parts.runs.start(administrator(), source="contacts", path=path, reading=Overrides())
    parts.runs.wait(administrator(), run)
    try:
        first = admin.get("/customers?search=Long").text
        assert "1–100 of 130" in first
        assert len(names(first)) == 100
        following = re.search(r'href="([^"]+)" rel="next"', first)
        assert following
        rest = admin.get(following[1].replace("&amp;", "&")).text
        assert "101–130 of 130" in rest
        assert len(names(rest)) == 30
    finally:
        parts.runs.revert(administrator(), run)


def test_a_search_while_typing_gets_the_list_without_the_frame(admin: Browser) -> None:
    page = admin.fragment("/customers?search=dairy").text
    assert names(page) == ["Kloosterveen Dairy B.V."]
    assert "<html" not in page


def test_the_page_of_a_customer_tells_who_they_are_and_with_whom_we_speak(admin: Browser) -> None:
    page = admin.get(f"/customers/{DAIRY}").text
    for expected in ("Kloosterveen Dairy B.V.", "克洛斯特芬乳业", "Meppel", "Netherlands", "pieter"):
        assert expected in page
    assert "Marijke Hoekstra" in page
    assert "since 1 Sep 2025" in page
    assert "former" in page  # Bas left in 2024


def test_facts_stand_in_groups_with_confidence_and_validity_and_open_in_the_panel(
    signed_in: SignedIn,
) -> None:
    page = signed_in("pieter").get(f"/customers/{DAIRY}").text
    assert re.findall(r'id="group-(\w+)"', page)[:3] == ["identity", "relationship", "behaviour"]
    budget = re.search(
        r'<a class="fact"[^>]+>\s*<span class="fact-what"[^>]*>yearly pump budget.*?</a>', page, re.S
    )
    assert budget
    assert "€48,000.00" in budget[0]
    assert "80%" in budget[0]
    assert "1 Jan 2026 – 1 Jan 2027" in budget[0]
    assert 'hx-target="#panel-body"' in budget[0]


def test_what_is_disputed_stands_side_by_side_with_what_contradicts_it(admin: Browser) -> None:
    page = admin.get(f"/customers/{DAIRY}").text
    dispute = re.search(r'<div class="dispute">.*?</div>\s*</div>', page, re.S)
    assert dispute
    assert "payment terms" in dispute[0]
    assert "net 30" in dispute[0]
    assert "net 60" in dispute[0]


def test_the_page_shows_an_earlier_moment_and_says_so(admin: Browser) -> None:
    page = admin.get(f"/customers/{DAIRY}?as_of=2025-11-01T00:00:00Z").text
    assert "This is not the present." in page
    assert "€15,181.00" in page  # spend before the second order
    assert "yearly pump budget" not in page
    nothing = admin.get(f"/customers/{DAIRY}/facts?known_at=2025-11-01T00:00:00Z").text
    assert "Nothing was known at this moment." in nothing


def test_now_needs_no_banner(admin: Browser) -> None:
    assert "This is not the present." not in admin.get(f"/customers/{DAIRY}").text


def test_a_moment_from_the_form_becomes_an_address_that_means_the_same_everywhere(
    signed_in: SignedIn,
) -> None:
    answer = signed_in("pieter").get(f"/customers/{DAIRY}?as_of=2025-11-01T10:00&known_at=")
    assert answer.location == f"/customers/{DAIRY}?as_of=2025-11-01T09:00:00.000Z"  # Pieter is in Amsterdam


def test_quick_choices_lead_to_now_a_month_ago_and_a_year_ago(admin: Browser) -> None:
    page = admin.get(f"/customers/{DAIRY}").text
    for label in ("now", "a month ago", "a year ago"):
        assert re.search(rf'<a class="btn btn-sm" href="[^"]+"[^>]*>{label}</a>', page)
    assert "as_of=2025-03-01T12:00:00.000Z" in page


def test_an_unreadable_moment_is_named(admin: Browser) -> None:
    answer = admin.get(f"/customers/{DAIRY}?as_of=yesterday")
    assert answer.status_code == 422
    assert "Write a date and time such as 2025-03-14T10:30." in answer.text


def test_the_timeline_is_filtered_by_channel_and_loads_more(admin: Browser) -> None:
    orders = admin.fragment(f"/customers/{DAIRY}/timeline?channel=order").text
    assert orders.count('class="touch"') == 2
    assert "2 lines · €15,181.00" in orders
    assert "How to reach me" not in orders
    rest = admin.fragment(f"/customers/{DAIRY}/timeline?channel=order&offset=1").text
    assert '<section id="timeline"' not in rest  # rows only, to be put below those that are there
    assert rest.count('class="touch"') == 1


def test_the_timeline_ends_at_the_moment_that_is_shown(admin: Browser) -> None:
    page = admin.fragment(f"/customers/{DAIRY}/timeline?as_of=2025-11-01T00:00:00Z&channel=order").text
    assert page.count('class="touch"') == 1


def test_an_interaction_shows_its_whole_text_with_mentions_linked_and_words_marked(admin: Browser) -> None:
    mail = mail_address(admin)
    page = admin.get(mail).text
    assert "How to reach me" in page
    assert "m.hoekstra@kloosterveen.example" in page
    assert (
        '<a class="named" href="/products/product:HP-200" title="product: HP-200 multistage pump">HP-200</a>'
        in page
    )
    start = 14  # after "Dear Pieter,\n\n"
    marked = admin.get(f"{mail}?start={start}&end={start + 14}").text
    assert '<mark id="words">please call me</mark>' in marked


def mail_address(browser: Browser) -> str:
    found = re.search(
        r'href="(/interactions/mail:[^"]+)"',
        browser.fragment(f"/customers/{DAIRY}/timeline?channel=email").text,
    )
    assert found
    return found[1]


def test_an_order_shows_its_lines_and_what_they_come_to(admin: Browser) -> None:
    page = admin.get("/interactions/order:1001").text
    assert "HP-200 multistage pump" in page
    assert "€4,980.00" in page
    assert "€15,181.00" in page


def test_a_product_shows_what_it_is_and_what_is_known_about_it(signed_in: SignedIn) -> None:
    page = signed_in("sofie").get("/products/product:HP-200").text
    assert "HP-200 多级离心泵" in page
    assert "25 bar discharge" in page
    assert "list price" in page


@pytest.mark.parametrize(
    "address",
    [
        "/customers/customer:none",
        "/interactions/mail:none",
        "/products/product:none",
        "/facts/fact:none",
        "/nowhere",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(admin: Browser, address: str) -> None:
    answer = admin.get(address)
    assert answer.status_code == 404
    assert "Not found" in answer.text
