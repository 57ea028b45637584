# What the provider can make and not import without a difference.

resource "aws_iam_user_login_profile" "dave" {
  user                    = aws_iam_user.dave.name
  password_length         = 20
  password_reset_required = true
}

resource "aws_iam_server_certificate" "site" {
  name             = "site"
  path             = "/site/"
  certificate_body = file("${path.module}/certificate.pem")
  private_key      = file("${path.module}/key.pem")
  tags             = { team = local.team }
}

resource "aws_iam_signing_certificate" "dave" {
  user_name        = aws_iam_user.dave.name
  certificate_body = file("${path.module}/certificate.pem")
  status           = var.changed ? "Inactive" : "Active"
}

resource "aws_iam_policy" "everywhere" {
  name   = "everywhere"
  policy = local.document.photos
}

resource "aws_iam_policy_attachment" "photos" {
  name       = "photos"
  groups     = [aws_iam_group.readers.name]
  policy_arn = aws_iam_policy.everywhere.arn
}

resource "aws_iam_group_membership" "developers" {
  name  = "developers"
  group = aws_iam_group.late.name
  users = [aws_iam_user.dave.name]
}

resource "aws_iam_group" "late" {
  name = "Late"
}

resource "aws_iam_security_token_service_preferences" "tokens" {
  global_endpoint_token_version = var.changed ? "v1Token" : "v2Token"
}

resource "aws_iam_role_policies_exclusive" "app" {
  role_name    = aws_iam_role.app.name
  policy_names = [aws_iam_role_policy.own.name]
}

resource "aws_iam_user_policy_attachments_exclusive" "dave" {
  user_name   = aws_iam_user.dave.name
  policy_arns = [aws_iam_user_policy_attachment.managed.policy_arn]
}

# What it reads.

data "aws_iam_users" "people" {
  path_prefix = local.path
  depends_on  = [aws_iam_user.dave]
}

data "aws_iam_roles" "apps" {
  path_prefix = "/apps/"
  depends_on  = [aws_iam_role.app]
}

data "aws_iam_instance_profile" "app" {
  name = aws_iam_instance_profile.app.name
}

data "aws_iam_principal_policy_simulation" "dave" {
  action_names      = ["s3:GetObject", "s3:DeleteObject"]
  policy_source_arn = aws_iam_user.dave.arn
  depends_on        = [aws_iam_group_policy_attachment.photos, aws_iam_user_group_membership.dave]
}

output "read" {
  value = {
    users    = data.aws_iam_users.people.names
    roles    = data.aws_iam_roles.apps.names
    profile  = data.aws_iam_instance_profile.app.role_name
    decision = { for one in data.aws_iam_principal_policy_simulation.dave.results : one.action_name => one.decision }
  }
}
