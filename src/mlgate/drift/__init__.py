"""Drift: two versions of a dataset, or two datasets, compared column by column.

`pairings` says what is compared with what, and `sides` finds the files of both. `reading` reads a few columns at a
time, `kinds` says how a column can be compared, `measure` compares it (the arithmetic is in `stats.two_samples`), and
`judge` decides over all columns together. `wording`, `hints`, `findings` and `ledger` put the answer into words.
"""
