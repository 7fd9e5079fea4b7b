"""Words for templates of this stage."""
