"""A package: what is made once for it ends before other tests begin."""
