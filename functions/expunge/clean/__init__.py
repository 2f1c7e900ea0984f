"""``/clean``: image URL in, cleaned image out; a result is reused while it is stored.

request         the query as a `CleanRequest`
signature       signed queries
cleaner         look up a result, or fetch the source and make one
results         the shared records: finished results, and claims on unfinished ones
single_flight   equal requests at the same time share one piece of work
formats         conversion to a smaller format that the browser accepts
"""
