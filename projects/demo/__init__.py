"""A believable district, invented from a seed and an anchor day: for trying the product and for looking at its pages.

``compose`` makes plain values, the same ones every time; ``projects/actions/demo.py`` writes them down.
"""
