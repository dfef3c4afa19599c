"""How the stages run over many shards: the engine, curation, deduplication and judging."""
