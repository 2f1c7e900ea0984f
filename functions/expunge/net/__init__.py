"""SSRF-safe HTTP client: the only package that connects to user-supplied URLs.

addresses   which IP addresses are public, and which can be opened
own_network the private targets that the operator has opened
resolver    DNS names to IP addresses, with a timeout
guard       allowed hosts and ports; the network backend that connects to no others
transport   the HTTP client's transport over that backend
fetcher     GET and POST through the guard, with limits on time and bytes
failures    what a failed exchange is called, and when to try again
deadline    one time limit over many steps
origins     this service's own URLs, and loop detection
ports       the interface for other packages
"""
