"""Datasets and their contracts: found here, validated by a child process, put into words here again.

`sources` finds the files, `session` runs the child (`worker`) and survives it, `messages` is what the two say to each
other. What runs in the child alone: `loading`, `yaml_contract` and `contract_lines` (the contract), `text_file`,
`reading` and `typed` (the data), `rules`, `on_pandas` and `on_polars` (the validation). `breaches` and `refusals` turn
the child's facts into findings.
"""
