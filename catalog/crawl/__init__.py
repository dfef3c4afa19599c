"""The pseudo-crawl: pages of chosen web sites, found in an index of web archives and fetched from these."""
