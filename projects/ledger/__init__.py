"""台账: reading what an office keeps in Excel, without touching the database.

``files`` turns bytes into rows, ``mapping`` says which column means what, ``cells`` reads single values,
``rows`` puts them together, ``updates`` compares a row with what is known. Whatever cannot be read is a
``problems.Problem`` with row, column, value and reason; nothing is dropped in silence.
"""
