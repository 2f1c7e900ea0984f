"""A data folder as version 0.1 wrote it, kept as text; ``make.py`` says how it was made."""
