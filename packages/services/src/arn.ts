/** The ARN of an IAM entity: `arn:aws:iam::123456789012:user/division/dave`. */
export function iamArn(accountId: string, type: string, path: string, name: string): string {
  return `arn:aws:iam::${accountId}:${type}${path}${name}`;
}
