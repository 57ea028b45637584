"""IAM with boto3's resources, collections, waiters and paginators: prints one line, or fails.

The one argument is a folder with certificate.pem, key.pem and metadata.xml.
"""
import base64
import hmac
import json
import pathlib
import sys
import time

import boto3
from botocore.exceptions import ClientError, WaiterError

folder = pathlib.Path(sys.argv[1])
certificate = (folder / "certificate.pem").read_text()
metadata = (folder / "metadata.xml").read_text()
account = boto3.client("sts").get_caller_identity()["Account"]
iam = boto3.resource("iam")
client = iam.meta.client


def document(action, resource="*", **statement):
    allow = {"Effect": "Allow", "Action": action, **statement}
    if resource is not None:
        allow["Resource"] = resource
    return {"Version": "2012-10-17", "Statement": [allow]}


read_photos = document("s3:GetObject", "arn:aws:s3:::photos/*")
trust = document("sts:AssumeRole", None, Principal={"Service": "ec2.amazonaws.com"})


def refused(code, message, call, **words):
    try:
        call(**words)
    except ClientError as error:
        said = error.response["Error"]
        assert (said["Code"], said["Message"]) == (code, message), said
        return
    raise AssertionError(f"{code} was expected")


def names(collection, attribute="name"):
    return sorted(getattr(one, attribute) for one in collection)


def pages(operation, result, size=1, **words):
    config = {"PageSize": size}
    paginator = client.get_paginator(operation)
    return [page[result] for page in paginator.paginate(**words, PaginationConfig=config)]


def one_time_code(seed, steps):
    counter = (int(time.time()) // 30 + steps).to_bytes(8, "big")
    digest = hmac.digest(base64.b32decode(seed), counter, "sha1")
    at = digest[-1] & 15
    return str((int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF) % 10**6).zfill(6)


def policies():
    policy = iam.create_policy(
        PolicyName="read-photos", Path="/photos/", PolicyDocument=json.dumps(read_photos)
    )
    assert policy.arn == f"arn:aws:iam::{account}:policy/photos/read-photos", policy
    client.get_waiter("policy_exists").wait(PolicyArn=policy.arn)
    assert policy.default_version.document == read_photos
    assert (policy.attachment_count, policy.is_attachable, policy.tags) == (0, True, [])
    write = document("s3:PutObject")
    second = policy.create_version(PolicyDocument=json.dumps(write), SetAsDefault=False)
    assert [one.version_id for one in policy.versions.all()] == ["v2", "v1"]
    assert second.document == write and not second.is_default_version
    second.set_as_default()
    policy.reload()
    assert policy.default_version_id == "v2"
    conflict = "Cannot delete the default version of a policy."
    refused("DeleteConflict", conflict, policy.default_version.delete)
    iam.PolicyVersion(policy.arn, "v1").delete()
    assert names(iam.policies.filter(Scope="Local"), "policy_name") == ["read-photos"]
    assert len(list(iam.policies.filter(Scope="AWS", PathPrefix="/job-function/").limit(3))) == 3
    read_only = iam.Policy("arn:aws:iam::aws:policy/ReadOnlyAccess")
    assert read_only.policy_name == "ReadOnlyAccess" and read_only.default_version.document
    return policy


def users_and_groups(policy):
    users = [iam.User(name) for name in ("dave", "editor", "viewer")]
    for user in users:
        user.create(Path="/people/", Tags=[{"Key": "team", "Value": "photos"}])
    dave = users[0]
    client.get_waiter("user_exists").wait(UserName="dave")
    dave.reload()
    assert dave.arn == f"arn:aws:iam::{account}:user/people/dave", dave.arn
    assert dave.tags == [{"Key": "team", "Value": "photos"}] and dave.password_last_used is None
    assert names(iam.users.filter(PathPrefix="/people/")) == ["dave", "editor", "viewer"]
    assert [len(page) for page in pages("list_users", "Users", 2)] == [2, 1]

    group = iam.create_group(GroupName="Developers")
    for user in users:
        group.add_user(UserName=user.name)
    dave.add_group(GroupName=group.name)
    assert names(group.users.all()) == ["dave", "editor", "viewer"]
    assert names(dave.groups.all()) == ["Developers"] == names(iam.groups.all())
    assert [len(page) for page in pages("get_group", "Users", GroupName=group.name)] == [1, 1, 1]
    conflict = "Cannot delete entity, must remove users from group first."
    refused("DeleteConflict", conflict, group.delete)

    own = dave.create_policy(PolicyName="Own", PolicyDocument=json.dumps(read_photos))
    assert own.policy_document == read_photos and own.User().name == "dave"
    own.put(PolicyDocument=json.dumps(document("s3:*")))
    own.reload()
    assert own.policy_document == document("s3:*")
    inline = group.create_policy(PolicyName="Shared", PolicyDocument=json.dumps(read_photos))
    assert names(dave.policies.all()) == ["Own"] and names(group.policies.all()) == ["Shared"]
    dave.attach_policy(PolicyArn=policy.arn)
    policy.attach_group(GroupName=group.name)
    assert names(dave.attached_policies.all(), "arn") == [policy.arn]
    assert names(group.attached_policies.all(), "policy_name") == ["read-photos"]
    assert names(policy.attached_users.all()) == ["dave"]
    assert names(policy.attached_groups.all()) == ["Developers"]
    conflict = "Cannot delete a policy attached to entities."
    refused("DeleteConflict", conflict, policy.delete)

    group.update(NewGroupName="Makers", NewPath="/makers/")
    refused("NoSuchEntity", "The group with name Developers cannot be found.", group.load)
    group = iam.Group("Makers")
    assert group.arn.endswith(":group/makers/Makers"), group.arn
    for one in (own, iam.GroupPolicy("Makers", inline.name)):
        one.delete()
    dave.detach_policy(PolicyArn=policy.arn)
    policy.detach_group(GroupName=group.name)
    for user in group.users.all():
        user.remove_group(GroupName=group.name)
    group.delete()
    for user in users[1:]:
        user.delete()
    return dave


def credentials(dave):
    profile = dave.create_login_profile(Password="Sunny-Day-4-Photos", PasswordResetRequired=True)
    assert dave.LoginProfile().password_reset_required and profile.User().name == "dave"
    profile.update(Password="Rainy-Day-5-Photos", PasswordResetRequired=False)
    profile.reload()
    assert not profile.password_reset_required
    profile.delete()
    gone = "Login Profile for User dave cannot be found."
    refused("NoSuchEntity", gone, dave.LoginProfile().load)

    pair = dave.create_access_key_pair()
    assert (pair.status, len(pair.secret)) == ("Active", 40)
    dave.create_access_key_pair().deactivate()
    quota = "Cannot exceed quota for AccessKeysPerUser: 2"
    refused("LimitExceeded", quota, dave.create_access_key_pair)
    assert sorted(key.status for key in dave.access_keys.all()) == ["Active", "Inactive"]
    key = {"aws_access_key_id": pair.id, "aws_secret_access_key": pair.secret}
    policy = dave.create_policy(PolicyName="Look", PolicyDocument=json.dumps(document("iam:*")))
    own = boto3.resource("iam", **key)
    assert own.CurrentUser().arn == dave.arn
    assert names(own.CurrentUser().access_keys.all(), "id") == names(dave.access_keys.all(), "id")
    used = client.get_access_key_last_used(AccessKeyId=pair.id)
    assert used["UserName"] == "dave" and used["AccessKeyLastUsed"]["Region"], used
    for one in dave.access_keys.all():
        one.delete()
    policy.delete()

    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone", Path="/devices/")
    assert device.qr_code_png.startswith(b"\x89PNG"), device.qr_code_png[:8]
    seed = device.base32_string_seed
    mfa = dave.enable_mfa(
        SerialNumber=device.serial_number,
        AuthenticationCode1=one_time_code(seed, -1),
        AuthenticationCode2=one_time_code(seed, 0),
    )
    assert names(dave.mfa_devices.all(), "serial_number") == [mfa.serial_number]
    assigned = iam.virtual_mfa_devices.filter(AssignmentStatus="Assigned")
    assert [one.user.name for one in assigned] == ["dave"]
    conflict = "Cannot delete entity, must remove tokens from principal first."
    refused("DeleteConflict", conflict, dave.delete)
    mfa.disassociate()
    device.delete()

    # The action of the resource forgets the user's name on the way back, whoever answers.
    client.upload_signing_certificate(UserName="dave", CertificateBody=certificate)
    [signing] = dave.signing_certificates.all()
    signing.deactivate()
    assert [one.status for one in dave.signing_certificates.all()] == ["Inactive"]
    signing.delete()


def roles(policy):
    made = [
        iam.create_role(RoleName=f"app-{n}", Path="/apps/", AssumeRolePolicyDocument=json.dumps(trust))
        for n in range(3)
    ]
    role = made[0]
    client.get_waiter("role_exists").wait(RoleName=role.name)
    assert role.assume_role_policy_document == trust and role.max_session_duration is None
    role.reload()
    assert (role.max_session_duration, role.description, role.tags) == (3600, None, None)
    changed = document("sts:AssumeRole", None, Principal={"AWS": account})
    role.AssumeRolePolicy().update(PolicyDocument=json.dumps(changed))
    assert iam.Role(role.name).assume_role_policy_document == changed
    assert names(iam.roles.filter(PathPrefix="/apps/")) == ["app-0", "app-1", "app-2"]
    assert [len(page) for page in pages("list_roles", "Roles", 2, PathPrefix="/apps/")] == [2, 1]

    iam.RolePolicy(role.name, "Own").put(PolicyDocument=json.dumps(read_photos))
    assert [one.policy_document for one in role.policies.all()] == [read_photos]
    policy.attach_role(RoleName=role.name)
    assert names(role.attached_policies.all(), "arn") == [policy.arn]
    assert names(policy.attached_roles.all()) == ["app-0"]

    profile = iam.create_instance_profile(InstanceProfileName="app")
    client.get_waiter("instance_profile_exists").wait(InstanceProfileName="app")
    profile.add_role(RoleName=role.name)
    profile.reload()
    assert [one.name for one in profile.roles] == ["app-0"]
    assert names(role.instance_profiles.all()) == ["app"] == names(iam.instance_profiles.all())
    conflict = "Cannot delete entity, must remove roles from instance profile first."
    refused("DeleteConflict", conflict, profile.delete)
    profile.remove_role(RoleName=role.name)
    profile.delete()
    waiter = client.get_waiter("instance_profile_exists")
    try:
        waiter.wait(InstanceProfileName="app", WaiterConfig={"Delay": 0, "MaxAttempts": 2})
        raise AssertionError("what was deleted exists")
    except WaiterError as error:
        assert "Max attempts exceeded" in str(error), error

    role.detach_policy(PolicyArn=policy.arn)
    role.Policy("Own").delete()
    for one in made:
        one.delete()


def providers_and_certificates():
    provider = iam.create_saml_provider(Name="idp", SAMLMetadataDocument=metadata)
    assert provider.arn == f"arn:aws:iam::{account}:saml-provider/idp", provider.arn
    assert provider.saml_metadata_document == metadata
    provider.update(SAMLMetadataDocument=metadata.replace("/first", "/second"))
    provider.reload()
    assert "/second" in provider.saml_metadata_document
    assert names(iam.saml_providers.all(), "arn") == [provider.arn]
    provider.delete()

    uploaded = iam.create_server_certificate(
        ServerCertificateName="site",
        CertificateBody=certificate,
        PrivateKey=(folder / "key.pem").read_text(),
    )
    assert uploaded.certificate_body.strip() == certificate.strip()
    renamed = uploaded.update(NewServerCertificateName="photos", NewPath="/web/")
    kept = iam.ServerCertificate("photos")
    assert kept.server_certificate_metadata["Arn"].endswith(":server-certificate/web/photos"), renamed
    assert names(iam.server_certificates.filter(PathPrefix="/web/")) == ["photos"]
    kept.delete()


def account_settings():
    none = f"The Password Policy with domain name {account} cannot be found."
    settings = iam.AccountPasswordPolicy()
    refused("NoSuchEntity", none, settings.load)
    made = iam.create_account_password_policy(MinimumPasswordLength=12, MaxPasswordAge=90)
    assert (made.minimum_password_length, made.expire_passwords) == (12, True)
    settings.update(RequireNumbers=True)
    settings.reload()
    assert (settings.minimum_password_length, settings.require_numbers) == (6, True)
    settings.delete()
    iam.create_account_alias(AccountAlias="photo-house")
    aliases = client.get_paginator("list_account_aliases").paginate().build_full_result()
    assert aliases["AccountAliases"] == ["photo-house"]
    client.delete_account_alias(AccountAlias="photo-house")


summary = iam.AccountSummary()
before = {"Users": 0, "Groups": 0, "Policies": 0, "UsersQuota": 5000, "AccountMFAEnabled": 0}
assert {name: summary.summary_map[name] for name in before} == before, summary.summary_map
policy = policies()
dave = users_and_groups(policy)
credentials(dave)
roles(policy)
providers_and_certificates()
account_settings()
pages = client.get_paginator("get_account_authorization_details").paginate(Filter=["User"])
assert [user["UserName"] for user in pages.search("UserDetailList[]")] == ["dave"]
dave.delete()
policy.delete()
summary.reload()
assert {name: summary.summary_map[name] for name in before} == before, summary.summary_map
print("boto3: every resource of IAM as expected")
