"""The exports' engines: DynamoDB, S3, OpenSearch and SQS."""
