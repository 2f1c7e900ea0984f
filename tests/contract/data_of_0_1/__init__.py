"""A data folder written by version 0.1, stored as text; ``make.py`` created it."""
