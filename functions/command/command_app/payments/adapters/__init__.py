"""DynamoDB and SQS behind the ports."""
