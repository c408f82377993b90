"""The saved searches' engines: DynamoDB, OpenSearch and SNS."""
