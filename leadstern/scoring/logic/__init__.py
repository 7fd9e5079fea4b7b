"""What points mean: `content` reads the rules of a model, `arithmetic` adds, fades and grades. No database, no
clock."""
