"""``manage.py bench``: how fast the pages are when the register is a hundred times a district's.

Never part of the tests. ``scale`` says how much, ``filling`` writes it, ``ledger`` invents a file to import,
``pages`` and ``verbs`` take the times, ``__main__`` runs all of it inside the prepared database.
"""
