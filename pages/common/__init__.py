"""Widgets, words and session shared by the pages."""
