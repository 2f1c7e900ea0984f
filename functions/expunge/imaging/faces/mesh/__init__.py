"""The shape of a face as 478 points in three dimensions."""
