# Everything of IAM that the provider can make and import: applied, planned again, imported into an
# empty state, changed, destroyed. `changed` is what an update changes.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  s3_use_path_style = true
}

variable "changed" {
  type    = bool
  default = false
}

locals {
  team = var.changed ? "archive" : "photos"
  path = var.changed ? "/archive/" : "/people/"
  actions = {
    for name, extra in { photos = "s3:GetObject", boundary = "iam:Get*" } :
    name => var.changed ? ["s3:PutObject", extra] : [extra]
  }
  document = { for name, actions in local.actions : name => jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Main", Effect = "Allow", Action = actions, Resource = "*" }]
  }) }
}

data "aws_caller_identity" "current" {}

resource "aws_iam_policy" "photos" {
  name        = "photos"
  description = "What photographers may"
  policy      = local.document.photos
  tags        = { team = local.team }
}

resource "aws_iam_policy" "boundary" {
  name   = "boundary"
  path   = "/limits/"
  policy = local.document.boundary
}

resource "aws_iam_user" "dave" {
  name                 = "dave"
  path                 = local.path
  permissions_boundary = var.changed ? aws_iam_policy.boundary.arn : null
  tags                 = { team = local.team, Name = "Dave" }
}

resource "aws_iam_user" "editor" {
  name = "editor"
}

resource "aws_iam_group" "developers" {
  name = "Developers"
  path = local.path
}

resource "aws_iam_group" "readers" {
  name = "Readers"
}

resource "aws_iam_user_group_membership" "dave" {
  user   = aws_iam_user.dave.name
  groups = [aws_iam_group.developers.name, aws_iam_group.readers.name]
}

resource "aws_iam_group_policy_attachment" "photos" {
  group      = aws_iam_group.developers.name
  policy_arn = aws_iam_policy.photos.arn
}

resource "aws_iam_user_policy_attachment" "managed" {
  user       = aws_iam_user.dave.name
  policy_arn = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
}

resource "aws_iam_user_policy" "own" {
  name   = "own"
  user   = aws_iam_user.dave.name
  policy = local.document.photos
}

resource "aws_iam_group_policy" "own" {
  name   = "own"
  group  = aws_iam_group.readers.name
  policy = local.document.photos
}

resource "aws_iam_role" "app" {
  name                 = "PhotoAppRole"
  path                 = "/apps/"
  description          = var.changed ? "The app, changed" : "The app"
  max_session_duration = var.changed ? 7200 : 3600
  permissions_boundary = var.changed ? null : aws_iam_policy.boundary.arn
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } },
      ], var.changed ? [
      { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = aws_iam_user.editor.arn } },
    ] : [])
  })
  tags = { team = local.team }
}

resource "aws_iam_role_policy" "own" {
  name   = "own"
  role   = aws_iam_role.app.id
  policy = local.document.photos
}

resource "aws_iam_role_policy_attachment" "photos" {
  role       = aws_iam_role.app.name
  policy_arn = aws_iam_policy.photos.arn
}

resource "aws_iam_instance_profile" "app" {
  name = "PhotoApp"
  path = "/apps/"
  role = aws_iam_role.app.name
  tags = { team = local.team }
}

resource "aws_iam_service_linked_role" "scaling" {
  aws_service_name = "autoscaling.amazonaws.com"
  custom_suffix    = "photos"
  description      = var.changed ? "changed" : "scaling"
  tags             = { team = local.team }
}

resource "aws_iam_openid_connect_provider" "ci" {
  url             = "https://ci.example.com/photos"
  client_id_list  = var.changed ? ["sts.amazonaws.com", "photos"] : ["sts.amazonaws.com"]
  thumbprint_list = [var.changed ? "990f4193972f2becf12ddeda5237f9c952f20d9e" : "cf23df2207d99a74fbe169e3eba035e633b65d94"]
  tags            = { team = local.team }
}

resource "aws_iam_saml_provider" "office" {
  name                   = "Office"
  saml_metadata_document = file("${path.module}/metadata.xml")
  tags                   = { team = local.team }
}

resource "aws_iam_account_alias" "alias" {
  account_alias = var.changed ? "carnet-archive" : "carnet-photos"
}

resource "aws_iam_account_password_policy" "strict" {
  minimum_password_length        = var.changed ? 16 : 12
  require_numbers                = true
  require_symbols                = !var.changed
  require_lowercase_characters   = true
  require_uppercase_characters   = true
  allow_users_to_change_password = true
  password_reuse_prevention      = 3
  max_password_age               = var.changed ? 90 : 30
}

resource "aws_iam_virtual_mfa_device" "phone" {
  virtual_mfa_device_name = "phone"
  path                    = "/people/"
  tags                    = { team = local.team }
}

resource "aws_iam_access_key" "dave" {
  user   = aws_iam_user.dave.name
  status = var.changed ? "Inactive" : "Active"
}

resource "aws_iam_service_specific_credential" "git" {
  service_name = "codecommit.amazonaws.com"
  user_name    = aws_iam_user.dave.name
  status       = var.changed ? "Inactive" : "Active"
}

resource "aws_iam_user_ssh_key" "git" {
  username   = aws_iam_user.dave.name
  encoding   = "SSH"
  public_key = trimspace(file("${path.module}/key.pub"))
  status     = var.changed ? "Inactive" : "Active"
}
