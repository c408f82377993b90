"""What every context that takes many small entries shares: bodies in, packs out, and an answer for each entry."""
