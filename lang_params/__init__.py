"""What speakers decided for each of the 46 languages: thresholds, switches, word lists, models."""
