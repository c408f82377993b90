"""What mkdocs asks of us when it builds the site."""

from pathlib import Path
from typing import Any


def on_config(config: Any) -> Any:  # noqa: ANN401  # mkdocs is in an environment of its own
    """Put every decision into the navigation, in their order."""
    [decisions] = [entry for entry in config["nav"] if isinstance(entry, dict) and "Decisions" in entry]
    docs = Path(config["docs_dir"])
    decisions["Decisions"] = [str(page.relative_to(docs)) for page in sorted((docs / "adr").glob("*.md"))]
    return config
