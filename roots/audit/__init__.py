"""Audits: a speaker labels a sample of what was kept and dropped, and learns how often the filters are right."""
