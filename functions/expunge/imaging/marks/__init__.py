"""Visible marks that AI tools put on their own output: found, tried, taken out.

One entry of ``registry`` says what a mark looks like and where it lives; ``searching``
looks for all of them, ``restoration`` gives back what was under one. docs/explanation/marks.md
tells how a mark is added.
"""
