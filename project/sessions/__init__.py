"""One session store for each door that knows people: a key of one door opens nothing at another."""
