"""Keep C2PA provenance true where private bytes leave a file.

A manifest holds a digest of the file, so it seldom survives a change. `settling` decides what
happens then, `resigning` writes a new manifest that has the original as its ingredient, `redaction`
names the assertions that must not stay in it, and `identity` reads the key that signs.
"""
