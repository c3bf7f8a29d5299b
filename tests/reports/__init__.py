"""What becomes of a quarter: figures, bulletin, files."""
