"""Judging without a database: `content` reads a definition, `judging` holds facts against it, `fading` says when to
look again, `changes` tells two versions apart, `moves` which moves are allowed."""
