"""The product shown to a newcomer: a small hotline with reserved names only, and the main job done once."""
