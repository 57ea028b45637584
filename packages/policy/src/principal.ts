/** Who asks, in the terms policies name principals in. */
export type Principal =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'root'; readonly accountId: string; readonly arn: string }
  | {
      readonly kind: 'user';
      readonly accountId: string;
      readonly arn: string;
      /** `AIDA…`: stored policies name users by it. */
      readonly uniqueId: string;
    }
  | {
      readonly kind: 'assumedRole';
      readonly accountId: string;
      /** The session's ARN. */
      readonly arn: string;
      /** The role's stored ARN, path included. */
      readonly roleArn: string;
      /** `AROA…`: stored policies name roles by it, and sessions by it and their name. */
      readonly uniqueId: string;
    }
  | {
      readonly kind: 'federatedUser';
      readonly accountId: string;
      readonly arn: string;
      /** The user that made the session. */
      readonly userArn: string;
      readonly uniqueId: string;
    }
  | { readonly kind: 'service'; readonly service: string };
