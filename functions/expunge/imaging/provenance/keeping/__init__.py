"""Keep single fields of metadata where the rest of their block goes.

`blocks` selects the writer of each block. The writers build a new block that holds nothing but the
wanted fields, each with the bytes of its value. So nothing can stay in gaps, padding, comments or
unknown parts of the old block.
"""
