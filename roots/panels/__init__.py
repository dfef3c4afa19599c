"""What notebooks show: widgets, tables and pictures of what the packages answer."""
