"""``python -m expunge`` runs the command line."""

from expunge.cli import main

main()
