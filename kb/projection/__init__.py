"""The graph as a fold of the live ledger records.

Nothing here edits what the graph holds step by step: each unit (a node, an
interaction, an order, one slot of facts) is computed from all its live records
and the difference to the graph is written. So applying a batch twice changes
nothing, and a revert is: mark the run dead, compute what it touched again.
"""
