"""What operators type: `python -m ops`, on this machine or for a deployed stack."""
