"""The papers of a case: plain facts in, bytes out. Nothing here opens a file, a store or a map."""
