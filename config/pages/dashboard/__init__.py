"""驾驶舱: are we meeting the year? Of the projects of the annual plan a person may see, on any day."""
