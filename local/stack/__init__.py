"""Builds template.yaml's functions and deploys template.yaml itself into the AWS emulator."""
