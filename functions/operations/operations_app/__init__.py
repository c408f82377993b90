"""Operations: proves that the read side equals the write side, and rebuilds it while it serves."""
