"""DynamoDB and OpenSearch behind the ports."""
