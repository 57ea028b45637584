"""The served part of EC2 with boto3: prints one line, or fails with a traceback."""
import json
import sys

import boto3
from botocore.exceptions import ClientError

ec2 = boto3.resource("ec2")
client = ec2.meta.client
iam = boto3.resource("iam")
image = "ami-0123456789abcdef0"


def refused(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error.response["Error"]["Message"]
    sys.exit(f"{code} was expected")


trust = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
}
iam.create_role(RoleName="PhotoAppRole", AssumeRolePolicyDocument=json.dumps(trust))
for name in ["photos", "other"]:
    iam.create_instance_profile(InstanceProfileName=name).add_role(RoleName="PhotoAppRole")

launch = {"ImageId": image, "MinCount": 1, "MaxCount": 1}
refused("DryRunOperation", client.run_instances, DryRun=True, **launch)
made = ec2.create_instances(
    ImageId=image,
    MinCount=2,
    MaxCount=2,
    InstanceType="t3.micro",
    IamInstanceProfile={"Name": "photos"},
    TagSpecifications=[
        {"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "photos"}]}
    ],
)
assert [one.state["Name"] for one in made] == ["pending", "pending"], made
for one in made:
    one.wait_until_running()
filters = [{"Name": "tag:team", "Values": ["photos"]}]
assert {one.id for one in ec2.instances.filter(Filters=filters)} == {one.id for one in made}
first, second = made
first.reload()
assert first.instance_type == "t3.micro" and first.image_id == image, first.meta.data
assert first.iam_instance_profile["Arn"].endswith(":instance-profile/photos"), first.meta.data
assert first.tags == [{"Key": "team", "Value": "photos"}], first.tags

for _ in range(4):
    client.run_instances(**launch)
pages = client.get_paginator("describe_instances").paginate(PaginationConfig={"PageSize": 5})
sizes = [sum(len(one["Instances"]) for one in page["Reservations"]) for page in pages]
assert sizes == [5, 1], sizes

ofFirst = [{"Name": "instance-id", "Values": [first.id]}]
[association] = client.describe_iam_instance_profile_associations(Filters=ofFirst)[
    "IamInstanceProfileAssociations"
]
replaced = client.replace_iam_instance_profile_association(
    AssociationId=association["AssociationId"], IamInstanceProfile={"Name": "other"}
)["IamInstanceProfileAssociation"]
assert replaced["State"] == "associating", replaced
refused(
    "InvalidAssociationID.NotFound",
    client.disassociate_iam_instance_profile,
    AssociationId=association["AssociationId"],
)
client.disassociate_iam_instance_profile(AssociationId=replaced["AssociationId"])
message = refused(
    "InvalidParameterValue",
    client.associate_iam_instance_profile,
    InstanceId=first.id,
    IamInstanceProfile={"Name": "missing"},
)
assert message.endswith("Invalid IAM Instance Profile name"), message
client.associate_iam_instance_profile(
    InstanceId=first.id, IamInstanceProfile={"Name": "photos"}
)

first.create_tags(Tags=[{"Key": "Name", "Value": "ü <&>"}])
first.reload()
assert {tag["Key"]: tag["Value"] for tag in first.tags} == {"team": "photos", "Name": "ü <&>"}
client.delete_tags(Resources=[first.id], Tags=[{"Key": "team", "Value": "web"}, {"Key": "Name"}])
first.reload()
assert first.tags == [{"Key": "team", "Value": "photos"}], first.tags

first.stop()
first.wait_until_stopped()
first.start()
first.terminate()
first.wait_until_terminated()
refused("IncorrectInstanceState", first.start)
refused("NotImplemented", client.create_vpc, CidrBlock="10.0.0.0/16")
refused("AuthFailure", boto3.client("ec2", aws_secret_access_key="wrong",
        aws_access_key_id="AKIAAAAAAAAAAAAAAAAA").describe_instances)
print("boto3: every answer of EC2 as expected")
