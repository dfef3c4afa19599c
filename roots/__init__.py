"""What comes out (the mix, datasets, cards, tokens) and the commands."""
