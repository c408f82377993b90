"""OpenSearch, SQS and Redis behind the ports."""
