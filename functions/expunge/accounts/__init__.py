"""Who is calling, what they may still do, and what it costs them; over the ports alone."""
