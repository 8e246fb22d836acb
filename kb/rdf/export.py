"""The RDF export: the whole graph as Turtle, N-Triples or JSON-LD, in bounded memory.

The same graph always gives the same bytes, whichever engine holds it.
"""

from enum import StrEnum
from typing import IO, Final

from pyoxigraph import RdfFormat, serialize

from kb.rdf.names import PREFIXES
from kb.rdf.rows import GraphRows
from kb.rdf.statements import statements


class Format(StrEnum):
    """Formats of the export, by the names that the command line takes."""

    TURTLE = "turtle"
    JSONLD = "jsonld"
    NTRIPLES = "ntriples"

    @property
    def media_type(self) -> str:
        return _FORMATS[self].media_type

    @property
    def extension(self) -> str:
        return _FORMATS[self].file_extension


_FORMATS: Final = {
    Format.TURTLE: RdfFormat.TURTLE,
    Format.JSONLD: RdfFormat.JSON_LD,
    Format.NTRIPLES: RdfFormat.N_TRIPLES,
}


def export(rows: GraphRows, output: IO[bytes], format: Format = Format.TURTLE) -> None:
    """Writes the graph to `output` as UTF-8 while the rows are read; an error in reading them is raised."""
    prefixes = None if format is Format.NTRIPLES else PREFIXES
    serialize(statements(rows), output, _FORMATS[format], prefixes=prefixes)
