"""What the system costs on AWS, from counts of what it does."""
