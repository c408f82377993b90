"""SQS behind the port."""
