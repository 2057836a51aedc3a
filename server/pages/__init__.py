"""Pages that people look at: one HTML file each, with its style and pictures inside and nothing from outside."""
