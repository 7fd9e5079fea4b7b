"""Web forms: hosted page, embed script and plain HTML, for enquiries and gated downloads."""
