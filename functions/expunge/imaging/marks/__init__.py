"""Find visible marks that AI tools put on their output, test each one, and remove it.

An entry of ``registry`` describes a mark's shape and position. ``detection`` searches for all
marks, and ``restoration`` recovers the pixels under one. docs/explanation/marks.md explains how to
add a mark.
"""
