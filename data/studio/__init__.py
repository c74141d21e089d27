"""The studio: makes the pictures and the tables of data/sample. Never needed to run the app."""
