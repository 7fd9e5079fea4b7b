"""CSV files of leads: read, mapped, checked, then taken line by line into submissions."""
