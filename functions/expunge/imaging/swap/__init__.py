"""Put the face of one picture into another, and say so in the picture."""
