"""The demo township: seeded and invented, with the published figures of a real kind of township.

Nothing of it exists: no place, no person, no quarrel. ``township.make_township(seed)`` gives the whole;
``disputes.make_disputes(township)`` twelve quarrels on it; ``files.write`` the files people bring to them.
"""
