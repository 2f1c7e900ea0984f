"""Installation: wheels, extras and versions."""
