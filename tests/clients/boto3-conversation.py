"""The served part of IAM, STS and S3 with boto3: prints one line, or fails with a traceback."""
import io
import os
import sys
import urllib.request

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

megabyte = 1024 * 1024

identity = boto3.client("sts").get_caller_identity()
assert identity["Arn"].endswith("assumed-role/Administrator/operator"), identity

iam = boto3.resource("iam")
user = iam.create_user(UserName="dave", Path="/people/")
assert user.arn == f"arn:aws:iam::{identity['Account']}:user/people/dave", user.arn
boto3.client("iam").get_waiter("user_exists").wait(UserName="dave")
for number in range(5):
    iam.create_group(GroupName=f"group-{number}").add_user(UserName="dave")
pages = boto3.client("iam").get_paginator("list_groups_for_user")
pages = list(pages.paginate(UserName="dave", PaginationConfig={"PageSize": 2}))
assert [len(page["Groups"]) for page in pages] == [2, 2, 1], pages
try:
    user.delete()
    sys.exit("a user in groups was deleted")
except ClientError as error:
    assert error.response["Error"]["Code"] == "DeleteConflict", error.response

s3 = boto3.resource("s3", config=Config(signature_version="s3v4"))
bucket = s3.create_bucket(Bucket="boto3")
data = os.urandom(30 * megabyte)
config = TransferConfig(multipart_threshold=8 * megabyte, multipart_chunksize=8 * megabyte)
bucket.upload_fileobj(io.BytesIO(data), "large", Config=config)
assert bucket.Object("large").content_length == len(data)
assert bucket.Object("large").e_tag.endswith('-4"'), bucket.Object("large").e_tag
down = io.BytesIO()
bucket.download_fileobj("large", down, Config=config)
assert down.getvalue() == data

keys = ["a b", "c+d", "e//f", "../g", "ü%20", "'quoted'", "😀"]
for key in keys:
    bucket.put_object(Key=key, Body=key.encode())
assert sorted(item.key for item in bucket.objects.all()) == sorted([*keys, "large"])
for key in keys:
    assert bucket.Object(key).get()["Body"].read() == key.encode(), key
url = s3.meta.client.generate_presigned_url(
    "get_object", Params={"Bucket": "boto3", "Key": "a b"}, ExpiresIn=60
)
with urllib.request.urlopen(url) as answer:
    assert answer.read() == b"a b"
bucket.objects.all().delete()
bucket.delete()
print("boto3: every answer as expected")
