"""Datasets and their contracts: found here, validated by a child process, put into words here again.

In the gate: `plan` and `sources` say what to ask, `session` has it answered by children (`child`) and survives them,
`findings` turns their facts into words (`breaches`, `refusals`, `defects`, `losses`, `hints`), `summary` sums up.
In the child: `worker` and `task` go through the job, `loading` and `yaml_contract` bring the contract, `text_file`,
`reading` and `typed` the data, `structure`, `rules` and the engines (`on_pandas`, `on_polars`) ask it.
`messages` is all that the two sides say to each other.
"""
