"""One module per task of an officer; what the pages and the command line both call."""
