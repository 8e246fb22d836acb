"""A small company as files: what the tests of the pages and of the JSON look at, over the real parts."""

from collections.abc import Mapping
from datetime import UTC
from pathlib import Path

from ingest.overrides import Overrides
from kb.model.reading import RunRow
from kb.model.viewer import administrator
from webapp.instants import parse_instant
from webapp.wiring import Parts

DAIRY, BREWERY = "customer:C-1001", "customer:C-1002"
NOW = "2026-03-01T12:00:00Z"  # when the tests look at it, unless they say otherwise
LOADED = "2026-02-01T09:00:00Z"  # when the files came in

MAIL = "\n".join(
    (
        "From: Marijke Hoekstra <m.hoekstra@kloosterveen.example>",
        "To: Pieter van Dalen <pieter@haiyuan-pumps.example>",
        "Date: Tue, 13 Jan 2026 09:12:00 +0100",
        "Subject: How to reach me",
        "Message-ID: <1@kloosterveen.example>",
        "Content-Type: text/plain; charset=utf-8",
        "",
        "Dear Pieter,",
        "",
        "please call me instead of writing: I am on the shop floor most of the day.",
        "The HP-200 runs well.",
        "",
        "Marijke",
        "",
    )
)
FILES = {
    "products.csv": (
        "sku,name,name_zh,category,version,features,price,currency\n"
        "HP-200,HP-200 multistage pump,HP-200 多级离心泵,high-pressure,3.1,"
        "25 bar discharge;IE4 motor,4980.00,EUR\n"
        "SK-80,SK-80 seal kit,SK-80 密封包,spare,1,,120.50,EUR\n"
    ),
    "contacts.csv": (
        "customer_no,organisation,organisation_zh,country,city,industry,team,account_manager,"
        "name,role,email,phone,since,until\n"
        "C-1001,Kloosterveen Dairy B.V.,克洛斯特芬乳业,NL,Meppel,dairy,rotterdam,pieter,"
        "Marijke Hoekstra,director,m.hoekstra@kloosterveen.example,+31 6 0000 0101,2025-09-01,\n"
        "C-1001,Kloosterveen Dairy B.V.,克洛斯特芬乳业,NL,Meppel,dairy,rotterdam,pieter,"
        "Bas Wielinga,fitter,b.wielinga@kloosterveen.example,,2021-03-01,2024-06-30\n"
        "C-1002,Donghu Brewery,东湖啤酒有限公司,CN,Wuhan,brewing,shanghai,li.na,"
        "周敏,buyer,zhoumin@donghu.example,,2024-01-01,\n"
    ),
    "orders.csv": (
        "order,date,customer,product,quantity,price,currency\n"
        "1001,2025-10-05 10:00,C-1001,HP-200,3,4980.00,EUR\n"
        "1001,2025-10-05 10:00,C-1001,SK-80,2,120.50,EUR\n"
        "1002,2025-12-24 10:00,C-1001,SK-80,4,120.50,EUR\n"
        "1003,2025-12-28 10:00,C-1002,HP-200,1,4980.00,EUR\n"
        "1004,2026-01-10 10:00,C-1001,SK-80,four,120.50,EUR\n"
    ),
    "knowledge.csv": (
        "id,about,predicate,value,object,unit,kind,confidence,valid_from,valid_to,author,said_on,words\n"
        "K-1,customer:C-1001,annualPumpBudget,48000,,EUR,conversational,0.8,2026-01-01,2027-01-01,Pieter,"
        "2026-01-14,Marijke let slip 48 thousand for this year.\n"
        "K-2,customer:C-1001,paymentTerms,net 30,,,expert,0.95,2025-01-01,,Pieter,"
        "2025-01-14,Contract of 2025: net 30.\n"
        "K-3,customer:C-1001,paymentTerms,net 60,,,conversational,0.6,2025-06-01,,Pieter,"
        "2025-06-01,They say it is 60 now.\n"
    ),
    "mail.eml": MAIL,
}
LOADS = (
    ("products", "products.csv"),
    ("contacts", "contacts.csv"),
    ("orders", "orders.csv"),
    ("knowledge", "knowledge.csv"),
    ("mail", "mail.eml"),
)


class Clock:
    """Stands still until it is set."""

    def __init__(self, at: str) -> None:
        self.set(at)

    def set(self, at: str) -> None:
        self.now = millis(at)

    def __call__(self) -> int:
        return self.now


def millis(text: str) -> int:
    return parse_instant(text, UTC)


def load(parts: Parts, folder: Path) -> Mapping[str, RunRow]:
    """Bring the files in as the administrator; the finished runs by source."""
    runs = {}
    for source, name in LOADS:
        path = folder / name
        path.write_text(FILES[name], encoding="utf-8")
        id = parts.runs.start(
            administrator(), source=source, path=path, reading=Overrides(timezone="Europe/Amsterdam")
        )
        runs[source] = parts.runs.wait(administrator(), id)
    return runs
