"""Integrity: what is wrong with a dataset that no contract speaks of.

`survey` reads a dataset once into `facts` (with `columns`, `odd_values` and `repeats`), `overlap` compares the rows of
two splits, and `remembering` keeps both by the content of the files. A dataset of several files is asked file by file:
`pieces` keeps what each said, `column_parts` and `row_parts` ask, `joining`, `by_file` and `overlap_by_file` put it
together. `unlikely` is the arithmetic of what chance would
do. `rows`, `values`, `splits` and `against` turn facts into findings, `inspecting` asks them all.
"""
