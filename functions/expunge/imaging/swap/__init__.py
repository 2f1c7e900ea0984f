"""Put one face's features on another face: no network makes pixels, a mesh says where they go."""
