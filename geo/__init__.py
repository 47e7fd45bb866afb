"""Pure computation: numbers in, facts out (no files, database, clock, network or screen)."""
