"""Prints who boto3 is by its default chain, in the environment it finds."""

import boto3

print(boto3.client('sts').get_caller_identity()['Arn'])
