"""The graph in the language of the standards: its RDF export, and the proof that it is sound."""
