"""`python -m payments_client` is `cqrs`."""

import sys

from payments_client.cli import main

sys.exit(main())
