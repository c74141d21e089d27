"""What stands between strangers and the page: which doors there are, who may enter, how often, and what answers say."""
