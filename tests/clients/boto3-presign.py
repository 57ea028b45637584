"""Presigned URLs as boto3 makes them by default: prints one line, or fails with a traceback."""
import base64
import hashlib
import http.client
import os
import urllib.parse

import boto3
from botocore.config import Config

# No configuration of ours: whatever boto3 presigns with unless told otherwise.
endpoint = os.environ["AWS_ENDPOINT_URL"]
port = urllib.parse.urlsplit(endpoint).port
s3 = boto3.client("s3")
iam = boto3.client("iam")


def ask(method, url, body=None, headers=None):
    """Sends exactly this and no header more; gives the status, the headers and the body."""
    parts = urllib.parse.urlsplit(url)
    # Every name under localhost is here, whatever the machine's resolver says.
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Host": parts.netloc, **(headers or {})}
    connection.request(method, f"{parts.path}?{parts.query}", body, headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def presign(client, operation, key, expires=60, **params):
    url = client.generate_presigned_url(
        operation, Params={"Bucket": "presigned", "Key": key, **params}, ExpiresIn=expires
    )
    assert "AWSAccessKeyId=" in url and "X-Amz-Algorithm" not in url, url
    return url


def refused(answer, status, code, text=b""):
    assert answer[0] == status, answer
    assert f"<Code>{code}</Code>".encode() in answer[2] and text in answer[2], answer


s3.create_bucket(Bucket="presigned")
iam.create_user(UserName="probe")
iam.attach_user_policy(
    UserName="probe", PolicyArn="arn:aws:iam::aws:policy/AmazonS3FullAccess"
)
pair = iam.create_access_key(UserName="probe")["AccessKey"]
of_a_user = {
    "aws_access_key_id": pair["AccessKeyId"],
    "aws_secret_access_key": pair["SecretAccessKey"],
}
keys = ["plain", "a b", "c+d", "e//f", "../g", "./h", "i/", "ü%20", "'quoted'", "(~)!*", "😀"]
keys.append("a&b=c?d#e")


def style(name):
    # A bucket's own host needs a name to be under.
    host = endpoint if name == "path" else f"http://localhost:{port}"
    return {"endpoint_url": host, "config": Config(s3={"addressing_style": name})}


as_user = boto3.Session(**of_a_user)
for name, client in [
    ("session, path", boto3.client("s3", **style("path"))),
    ("session, virtual", boto3.client("s3", **style("virtual"))),
    ("user, path", as_user.client("s3", **style("path"))),
]:
    token = "x-amz-security-token=" in presign(client, "get_object", "plain")
    assert token == name.startswith("session"), name
    for key in keys:
        body = f"{name} {key}".encode()
        url = presign(client, "put_object", key)
        assert url.startswith("http://presigned.localhost:") == name.endswith("virtual"), url
        status, _, answer = ask("PUT", url, body)
        assert status == 200, (url, answer)
        status, _, answer = ask("GET", presign(client, "get_object", key))
        assert (status, answer) == (200, body), (url, status, answer)
        status, headers, _ = ask("HEAD", presign(client, "head_object", key))
        assert (status, headers["Content-Length"]) == (200, str(len(body))), (url, status)

# What the URL says of an object counts, whether or not the client says it too.
body = b"<p>hello</p>"
md5 = base64.b64encode(hashlib.md5(body).digest()).decode()
url = presign(
    s3,
    "put_object",
    "typed",
    ContentType="text/html",
    ContentMD5=md5,
    Metadata={"colour": "dark  red", "size": "1"},
)
for headers in [{}, {"Content-Type": "text/html", "x-amz-meta-size": "1"}]:
    assert ask("PUT", url, body, headers)[0] == 200, headers
    head = s3.head_object(Bucket="presigned", Key="typed")
    assert head["ContentType"] == "text/html", head
    assert head["Metadata"] == {"colour": "dark  red", "size": "1"}, head
refused(ask("PUT", url, body, {"Content-Type": "text/plain"}), 400, "InvalidArgument")
refused(ask("PUT", url, body, {"x-amz-meta-size": "2"}), 400, "InvalidArgument")
refused(ask("PUT", url, body, {"x-amz-meta-weight": "2"}), 403, "SignatureDoesNotMatch")
refused(ask("PUT", url, body, {"x-amz-copy-source": "/presigned/a"}), 403, "SignatureDoesNotMatch")
refused(ask("PUT", url, body, {"x-amz-acl": "public-read"}), 403, "SignatureDoesNotMatch")
body = b"<p>other</p>"
refused(ask("PUT", url, body), 400, "BadDigest")
assert s3.head_object(Bucket="presigned", Key="typed")["ContentLength"] == 12

# The answer's headers, a part of an object, and a copy.
url = presign(s3, "get_object", "plain", ResponseContentDisposition='attachment; filename="a b"')
status, headers, whole = ask("GET", url)
assert headers["Content-Disposition"] == 'attachment; filename="a b"', headers
status, _, piece = ask("GET", url, headers={"Range": "bytes=1-3"})
assert (status, piece) == (206, whole[1:4]), (status, piece)
refused(ask("GET", url.replace("filename", "filenane")), 403, "SignatureDoesNotMatch")
url = presign(s3, "copy_object", "copy", CopySource="presigned/plain")
status, _, answer = ask("PUT", url, b"")
assert status == 200 and b"<CopyObjectResult" in answer, answer
assert s3.get_object(Bucket="presigned", Key="copy")["Body"].read() == whole
upload = s3.create_multipart_upload(Bucket="presigned", Key="parts")["UploadId"]
url = presign(s3, "upload_part", "parts", UploadId=upload, PartNumber=1)
status, headers, _ = ask("PUT", url, b"part")
assert status == 200, status
parts = {"Parts": [{"PartNumber": 1, "ETag": headers["ETag"]}]}
s3.complete_multipart_upload(
    Bucket="presigned", Key="parts", UploadId=upload, MultipartUpload=parts
)

# A URL is for what it was made for, and as long as it was made for.
url = presign(s3, "get_object", "plain")
refused(ask("PUT", url, b"x"), 403, "SignatureDoesNotMatch")
refused(ask("DELETE", url), 400, "InvalidRequest", b"signature_version = s3v4")
refused(ask("GET", url.replace("/plain?", "/copy?")), 403, "SignatureDoesNotMatch")
refused(ask("GET", url + "&prefix=a"), 400, "InvalidRequest", b"signature_version = s3v4")
refused(ask("GET", url + "&versionId=null"), 403, "SignatureDoesNotMatch")
refused(ask("GET", url + "&x-amz-meta-a=b"), 403, "SignatureDoesNotMatch")
refused(ask("GET", url, headers={"x-amz-security-token": "other"}), 400, "InvalidArgument")
refused(ask("GET", url.replace("Expires=", "Expires=9")), 403, "SignatureDoesNotMatch")
url = presign(s3, "get_object", "plain", expires=-1)
refused(ask("GET", url), 403, "AccessDenied", b"Request has expired")
url = s3.generate_presigned_url("delete_object", Params={"Bucket": "presigned", "Key": "plain"})
refused(ask("DELETE", url), 400, "InvalidRequest", b"signature_version = s3v4")
url = s3.generate_presigned_url("list_objects_v2", Params={"Bucket": "presigned", "Prefix": "a"})
refused(ask("GET", url), 400, "InvalidRequest", b"signature_version = s3v4")

# A key that is switched off takes its URLs with it.
iam.update_access_key(UserName="probe", AccessKeyId=pair["AccessKeyId"], Status="Inactive")
url = presign(as_user.client("s3"), "get_object", "plain")
refused(ask("GET", url), 403, "InvalidAccessKeyId")
print("boto3: every presigned URL as expected")
