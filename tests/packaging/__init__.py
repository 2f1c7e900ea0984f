"""What is installed, and what of it works: wheels, extras, versions."""
