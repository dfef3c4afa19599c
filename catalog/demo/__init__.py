"""The demo sources: their entries, the texts the project carries, and the scripts that make those texts again."""
