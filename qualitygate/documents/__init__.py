"""Documents: pages with their headings, anchors and links, and whether the links lead somewhere."""
