"""``/clean``: the address of a picture in, the cleaned picture out, each at most once a day.

embed       what a query asks for
signature   queries that only a site's owner can make
cleaner     found, or fetched and made into a job
results     what was made before, and who is making it now
flights     one piece of work for all who ask at once
formats     another format, where a browser takes it and it is smaller
"""
