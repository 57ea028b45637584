# The same account seen from an empty state.

locals {
  iam = "arn:aws:iam::${data.aws_caller_identity.current.account_id}"
}

variable "access_key_id" {
  type = string
}

variable "credential_id" {
  type = string
}

variable "ssh_key_id" {
  type = string
}

import {
  to = aws_iam_policy.photos
  id = "${local.iam}:policy/photos"
}

import {
  to = aws_iam_policy.boundary
  id = "${local.iam}:policy/limits/boundary"
}

import {
  to = aws_iam_user.dave
  id = "dave"
}

import {
  to = aws_iam_user.editor
  id = "editor"
}

import {
  to = aws_iam_group.developers
  id = "Developers"
}

import {
  to = aws_iam_group.readers
  id = "Readers"
}

import {
  to = aws_iam_user_group_membership.dave
  id = "dave/Developers/Readers"
}

import {
  to = aws_iam_group_policy_attachment.photos
  id = "Developers/${local.iam}:policy/photos"
}

import {
  to = aws_iam_user_policy_attachment.managed
  id = "dave/arn:aws:iam::aws:policy/IAMReadOnlyAccess"
}

import {
  to = aws_iam_user_policy.own
  id = "dave:own"
}

import {
  to = aws_iam_group_policy.own
  id = "Readers:own"
}

import {
  to = aws_iam_role.app
  id = "PhotoAppRole"
}

import {
  to = aws_iam_role_policy.own
  id = "PhotoAppRole:own"
}

import {
  to = aws_iam_role_policy_attachment.photos
  id = "PhotoAppRole/${local.iam}:policy/photos"
}

import {
  to = aws_iam_instance_profile.app
  id = "PhotoApp"
}

import {
  to = aws_iam_service_linked_role.scaling
  id = "${local.iam}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_photos"
}

import {
  to = aws_iam_openid_connect_provider.ci
  id = "${local.iam}:oidc-provider/ci.example.com/photos"
}

import {
  to = aws_iam_saml_provider.office
  id = "${local.iam}:saml-provider/Office"
}

import {
  to = aws_iam_account_alias.alias
  id = "carnet-photos"
}

import {
  to = aws_iam_account_password_policy.strict
  id = "iam-account-password-policy"
}

import {
  to = aws_iam_virtual_mfa_device.phone
  id = "${local.iam}:mfa/people/phone"
}

import {
  to = aws_iam_access_key.dave
  id = var.access_key_id
}

import {
  to = aws_iam_service_specific_credential.git
  id = "codecommit.amazonaws.com:dave:${var.credential_id}"
}

import {
  to = aws_iam_user_ssh_key.git
  id = "dave:${var.ssh_key_id}:SSH"
}
