"""Staff pages: the form builder, files to give away, what came in."""
