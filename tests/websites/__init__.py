"""Websites on loopback that speak TLS under a private authority which only the tests trust."""
