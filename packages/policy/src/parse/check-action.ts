/** What is wrong with a text, before it is known where it stands. */
export interface TextProblem {
  readonly code: string;
  readonly message: string;
}

export const MISSING_VENDOR =
  'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';

const VENDOR = /^[A-Za-z0-9.-]+$/;

/** An Action entry is `*` or `vendor:name`; what the name may be AWS does not check. */
export function actionVendorProblem(text: string): TextProblem | undefined {
  if (text === '*') return undefined;
  const [vendor = '', ...names] = text.split(':', 3);
  if (names.length === 0) {
    return { code: 'action-vendor', message: MISSING_VENDOR };
  }
  if (names.length > 1) {
    return { code: 'action-colons', message: 'Actions/Condition can contain only one colon.' };
  }
  if (vendor !== '*' && !VENDOR.test(vendor)) {
    return { code: 'action-vendor', message: `Vendor ${vendor} is not valid` };
  }
  return undefined;
}
