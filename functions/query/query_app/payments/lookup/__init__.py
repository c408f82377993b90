"""One payment, as it is and as it became so."""
