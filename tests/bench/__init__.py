"""The benchmark: `make bench` measures every stage of curation and the peers it is held against, in one run."""
