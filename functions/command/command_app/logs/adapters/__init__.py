"""DynamoDB behind the port."""
