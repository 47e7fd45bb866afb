"""The steps of a boundary dispute, one module each, all with the same four parts.

``board(work)``    what the map shows and offers
``take(work, act)``  do what was done on the map; True when the page must be drawn anew
``panel(work)``    the right side
``onward(work)``   the one next step: its words, why it cannot be taken, what it does
"""
