"""What a shop builds on the search: each module is one workflow over a SearchEngine, without a page."""
