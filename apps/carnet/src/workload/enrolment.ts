import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { BlockList } from 'node:net';
import { exitCode, Failure } from '../failure.ts';

/** What `carnet instance enroll` prints, and an agent on another host is started with. */
export interface Enrolment {
  /** Of the server: `https://carnet.example.com`. */
  readonly endpoint: string;
  readonly region: string;
  readonly identityDocument: { readonly accountId: string; readonly instanceId: string };
  /** `CIKA…` */
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * Reads an enrolment. Throws a `Failure` of exit code 2 when the file is none, when others than its
 * owner may read it, or when its server would be asked in the clear over a network.
 */
export function readEnrolment(path: string, { insecure }: { insecure: boolean }): Enrolment {
  const enrolment = checkForm(path, readPrivately(path));
  if (!insecure && !isProtected(new URL(enrolment.endpoint))) {
    throw refusal(
      path,
      `the server \`${enrolment.endpoint}\` would send credentials over the network in the clear`,
      'enrol with `--endpoint https://…`; on a network that nobody else is on, use `--insecure`',
    );
  }
  return enrolment;
}

/** Looked at and read through one descriptor: nobody can put another file there in between. */
function readPrivately(path: string): string {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const { mode } = fstatSync(descriptor);
    if ((mode & 0o077) !== 0) {
      const shown = (mode & 0o777).toString(8).padStart(4, '0');
      const why = `others than its owner may use it, and it holds a key; its mode is ${shown}`;
      throw refusal(path, why, `run \`chmod 600 ${path}\``);
    }
    return readFileSync(descriptor, 'utf8');
  } catch (error) {
    if (error instanceof Failure) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw refusal(path, why, 'name the file that `carnet instance enroll` printed');
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function checkForm(path: string, text: string): Enrolment {
  const next = 'make one with `carnet instance enroll`, and copy it as it is';
  let content: Partial<Enrolment> | null;
  try {
    content = JSON.parse(text);
  } catch {
    throw refusal(path, 'it is not JSON', next);
  }
  const { endpoint, region, identityDocument, accessKeyId, secretAccessKey } = content ?? {};
  const isWhole =
    typeof endpoint === 'string' &&
    isServerUrl(endpoint) &&
    isWord(region, /^[a-z0-9-]{1,32}$/) &&
    isWord(identityDocument?.accountId, /^\d{12}$/) &&
    isWord(identityDocument?.instanceId, /^i-[0-9a-f]{8,17}$/) &&
    isWord(accessKeyId, /^CIKA[A-Z2-7]{16}$/) &&
    isWord(secretAccessKey, /^\S{1,256}$/);
  if (!isWhole) throw refusal(path, 'it is not an enrolment, or not a whole one', next);
  return content as Enrolment;
}

/** An `http` or `https` URL. */
export function isServerUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function isWord(value: unknown, form: RegExp): value is string {
  return typeof value === 'string' && form.test(value);
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

function isProtected({ protocol, hostname }: URL): boolean {
  if (protocol === 'https:' || hostname === 'localhost') return true;
  const address = hostname.replace(/^\[|\]$/g, '');
  return loopback.check(address, hostname.startsWith('[') ? 'ipv6' : 'ipv4');
}

function refusal(path: string, why: string, next: string): Failure {
  const what = `the enrolment \`${path}\` cannot be used`;
  return new Failure({ what, why, next, exitCode: exitCode.usage });
}
