"""S3 in depth with boto3: prints one line, or fails with a traceback."""
import base64
import hashlib
import io
import os
import threading
import zlib

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

megabyte = 1024 * 1024
config = Config(signature_version="s3v4", retries={"max_attempts": 0})
s3 = boto3.client("s3", config=config)


def refused(call, code, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return
    raise AssertionError(f"{code} was expected of {call}")


def read(**arguments):
    return s3.get_object(**arguments)["Body"].read()


# The transfer manager: parts in parallel, up, across and down, with its callbacks.
s3.create_bucket(Bucket="from")
s3.create_bucket(Bucket="onto")
data = os.urandom(25 * megabyte + 7)
transfer = TransferConfig(
    multipart_threshold=8 * megabyte, multipart_chunksize=6 * megabyte, max_concurrency=8
)
lock = threading.Lock()
seen = {"up": 0, "down": 0}


def count(way):
    def callback(size):
        with lock:
            seen[way] += size

    return callback


extra = {"Metadata": {"Colour": "red"}, "ContentType": "image/png", "Tagging": "team=photos"}
body = io.BytesIO(data)
s3.upload_fileobj(body, "from", "large", ExtraArgs=extra, Config=transfer, Callback=count("up"))
s3.copy({"Bucket": "from", "Key": "large"}, "onto", "copy", Config=transfer)
down = io.BytesIO()
s3.download_fileobj("onto", "copy", down, Config=transfer, Callback=count("down"))
assert down.getvalue() == data
assert seen == {"up": len(data), "down": len(data)}, seen
head = s3.head_object(Bucket="from", Key="large", ChecksumMode="ENABLED")
assert head["Metadata"] == {"colour": "red"} and head["ContentType"] == "image/png", head
assert head["TagCount"] == 1, head
assert head["ChecksumType"] in ("COMPOSITE", "FULL_OBJECT"), head
for algorithm in ["CRC32", "SHA1", "SHA256"]:
    extra = {"ChecksumAlgorithm": algorithm}
    s3.upload_fileobj(io.BytesIO(data), "from", algorithm, ExtraArgs=extra, Config=transfer)
    assert read(Bucket="from", Key=algorithm, ChecksumMode="ENABLED") == data

# A stream that cannot be read twice goes in chunks, its checksum behind them.
stream = io.BufferedReader(io.BytesIO(data[: 3 * megabyte]))
s3.put_object(Bucket="onto", Key="stream", Body=stream)
assert read(Bucket="onto", Key="stream") == data[: 3 * megabyte]
crc = base64.b64encode(zlib.crc32(b"hello").to_bytes(4, "big")).decode()
sent = s3.put_object(Bucket="onto", Key="hello", Body=b"hello", ChecksumCRC32=crc)
assert sent["ChecksumCRC32"] == crc, sent
refused(
    s3.put_object, "BadDigest", Bucket="onto", Key="hello", Body=b"hellO", ChecksumCRC32=crc
)
md5 = base64.b64encode(hashlib.md5(b"hello").digest()).decode()
s3.put_object(Bucket="onto", Key="hello", Body=b"hello", ContentMD5=md5)
refused(s3.put_object, "BadDigest", Bucket="onto", Key="hello", Body=b"hellO", ContentMD5=md5)

# Conditions of writes, reads and deletions.
hello = {"Bucket": "onto", "Key": "hello"}
etag = s3.head_object(**hello)["ETag"]
refused(s3.put_object, "PreconditionFailed", **hello, Body=b"x", IfNoneMatch="*")
refused(s3.put_object, "PreconditionFailed", **hello, Body=b"x", IfMatch='"other"')
refused(s3.delete_object, "PreconditionFailed", **hello, IfMatch='"other"')
refused(s3.get_object, "304", **hello, IfNoneMatch=etag)
refused(s3.get_object, "PreconditionFailed", **hello, IfMatch='"other"')
assert read(**hello, IfMatch=etag, Range="bytes=1-3") == b"ell"
assert read(**hello, Range="bytes=-2") == b"lo"
refused(s3.get_object, "InvalidRange", **hello, Range="bytes=5-")
source = {"Bucket": "onto", "Key": "hello"}
copied = {"Bucket": "onto", "Key": "copied", "CopySource": source}
refused(s3.copy_object, "PreconditionFailed", **copied, CopySourceIfMatch='"other"')
refused(s3.copy_object, "PreconditionFailed", **copied, CopySourceIfNoneMatch=etag)
s3.copy_object(**copied, CopySourceIfMatch=etag)
refused(s3.copy_object, "InvalidRequest", **source, CopySource=source)
s3.copy_object(**source, CopySource=source, MetadataDirective="REPLACE", Metadata={"a": "b"})
assert s3.head_object(**hello)["Metadata"] == {"a": "b"}

# What a bucket that nobody configured answers.
onto = {"Bucket": "onto"}
grants = s3.get_bucket_acl(**onto)["Grants"]
assert [grant["Permission"] for grant in grants] == ["FULL_CONTROL"], grants
assert s3.get_object_acl(**hello)["Grants"] == grants
assert s3.get_bucket_request_payment(**onto)["Payer"] == "BucketOwner"
refused(s3.get_bucket_cors, "NoSuchCORSConfiguration", **onto)
refused(s3.get_bucket_tagging, "NoSuchTagSet", **onto)
refused(s3.get_bucket_website, "NoSuchWebsiteConfiguration", **onto)
refused(s3.get_bucket_replication, "ReplicationConfigurationNotFoundError", **onto)
refused(s3.get_object_lock_configuration, "ObjectLockConfigurationNotFoundError", **onto)
refused(s3.get_bucket_lifecycle_configuration, "NoSuchLifecycleConfiguration", **onto)
cors = {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
refused(s3.put_bucket_cors, "NotImplemented", **onto, CORSConfiguration=cors)

# Pages of every listing, and everything gone at the end.
for number in range(7):
    s3.put_object(Bucket="onto", Key=f"pages/{number} +%&<>", Body=b"")
for operation, member in [
    ("list_objects", "Contents"),
    ("list_objects_v2", "Contents"),
    ("list_object_versions", "Versions"),
]:
    pages = s3.get_paginator(operation).paginate(
        Bucket="onto", Prefix="pages/", PaginationConfig={"PageSize": 3}
    )
    keys = [[item["Key"] for item in page[member]] for page in pages]
    assert [len(page) for page in keys] == [3, 3, 1], keys
    assert keys[2] == ["pages/6 +%&<>"], keys
for bucket in ["from", "onto"]:
    every = boto3.resource("s3", config=config).Bucket(bucket)
    every.object_versions.delete()
    every.delete()
print("boto3: every answer of S3 as expected")
