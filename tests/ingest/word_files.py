"""Word documents for the tests, made of their parts; as little in them as Word needs to open one."""

import io
import zipfile
from collections.abc import Mapping
from html import escape

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    ' Target="{target}"/></Relationships>'
)
STYLES = (
    f'<w:styles {W}><w:style w:styleId="1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="a3"><w:name w:val="Title"/></w:style></w:styles>'
)

NOTHING: Mapping[str, str | bytes] = {}


def paragraph(text: str, style: str = "", *, listed: bool = False) -> str:
    about = f'<w:pStyle w:val="{style}"/>' if style else ""
    about += "<w:numPr/>" if listed else ""
    return f"<w:p><w:pPr><w:tabs><w:tab/></w:tabs>{about}</w:pPr><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def table(*rows: tuple[str, ...]) -> str:
    """Cells hold a paragraph for each line of their text."""
    return (
        "<w:tbl>"
        + "".join(
            "<w:tr>"
            + "".join(f"<w:tc>{''.join(map(paragraph, cell.split('/')))}</w:tc>" for cell in row)
            + "</w:tr>"
            for row in rows
        )
        + "</w:tbl>"
    )


def document(*body: str, before: str = "", parts: Mapping[str, str | bytes] = NOTHING) -> bytes:
    """The file; `before` stands before the root of its main part, `parts` are further ones."""
    return package(
        {
            "_rels/.rels": RELATIONS.format(target="word/document.xml"),
            "word/document.xml": f"{before}<w:document {W}><w:body>{''.join(body)}</w:body></w:document>",
            "word/styles.xml": STYLES,
            **parts,
        }
    )


def package(parts: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()
