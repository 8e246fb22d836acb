"""From what messages state to the facts that stand: who and what is meant, what is the same, what closed."""
