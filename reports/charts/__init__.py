"""驾驶舱的图: plain values in, a drawing for wide and for narrow rooms and the same figures as a table out."""
