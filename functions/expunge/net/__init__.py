"""The only room that opens connections to addresses that callers name, and only through a guard.

addresses   which addresses are public
resolver    names to addresses, within a time
guard       where a connection may go; the network back-end that goes nowhere else
fetcher     GET and POST through it, within limits of time and bytes
ports       what the other rooms know of all this
"""
