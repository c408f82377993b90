"""The contract that the command side, the projector and the query side share."""

import gc

# Python looks for unreachable cycles after each 700 new objects; loading makes half a million, all to stay, and looking
# through them again and again was an eighth of each cold start.
gc.set_threshold(200_000)
