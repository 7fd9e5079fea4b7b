"""Staff pages of nurturing: sequences and their editor, the people in them, who is left out."""
