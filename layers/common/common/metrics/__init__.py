"""Performance metrics: points, their series, and the roll-ups that series are read from."""
