/**
 * RSA public keys for tests, in the forms in which `ssh-keygen -e` and `openssl` write them.
 */

/** 2,048 bits, without a comment. */
export const sshPublicKey = [
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCNx9WL2TrcIE2oSyrpdoRmZ3QUcd7Mbwql8w71OHiC',
  'RopGUOGbSvPrm/00Ee2gw13NIBGR1Z5b6jJ8gNoQ2t++M89YjOv6HYMlXjwoUDXrfHDYhkzpfKHoutCm',
  'P81e8olMFErviUmBAnRCZRmF/ASRHFZSUPTN32Oer4IWHuQ7slLU9HyuNLjip4MfehC1RwiGSO5V8Lih',
  'wY48bZecFDgkQKdIeExOST3e3m0tqDyZjh7IBBVot+imgH2W+Ojj3pDcHEBN9Wcz76xwZG2pBzmaQQqN',
  'VV00aYMzjUt5mKb9K3vCQfLpKetFcVJsu5dhTr18ygqJQMO8/PdpzxXvNplP',
].join('');

/** Of `ssh-keygen -l -E md5`. */
export const sshPublicKeyFingerprint = '20:e2:51:51:f4:3f:56:45:ef:52:f2:a6:a8:50:31:74';

/** The same key as `ssh-keygen -e -m PKCS8` writes it. */
export const sshPublicKeyPem = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAjcfVi9k63CBNqEsq6XaE
Zmd0FHHezG8KpfMO9Th4gkaKRlDhm0rz65v9NBHtoMNdzSARkdWeW+oyfIDaENrf
vjPPWIzr+h2DJV48KFA163xw2IZM6Xyh6LrQpj/NXvKJTBRK74lJgQJ0QmUZhfwE
kRxWUlD0zd9jnq+CFh7kO7JS1PR8rjS44qeDH3oQtUcIhkjuVfC4ocGOPG2XnBQ4
JECnSHhMTkk93t5tLag8mY4eyAQVaLfopoB9lvjo496Q3BxATfVnM++scGRtqQc5
mkEKjVVdNGmDM41LeZim/St7wkHy6SnrRXFSbLuXYU69fMoKiUDDvPz3ac8V7zaZ
TwIDAQAB
-----END PUBLIC KEY-----
`;

/** The same key as `ssh-keygen -e -m PEM` writes it. */
export const sshPublicKeyPkcs1 = `-----BEGIN RSA PUBLIC KEY-----
MIIBCgKCAQEAjcfVi9k63CBNqEsq6XaEZmd0FHHezG8KpfMO9Th4gkaKRlDhm0rz
65v9NBHtoMNdzSARkdWeW+oyfIDaENrfvjPPWIzr+h2DJV48KFA163xw2IZM6Xyh
6LrQpj/NXvKJTBRK74lJgQJ0QmUZhfwEkRxWUlD0zd9jnq+CFh7kO7JS1PR8rjS4
4qeDH3oQtUcIhkjuVfC4ocGOPG2XnBQ4JECnSHhMTkk93t5tLag8mY4eyAQVaLfo
poB9lvjo496Q3BxATfVnM++scGRtqQc5mkEKjVVdNGmDM41LeZim/St7wkHy6Snr
RXFSbLuXYU69fMoKiUDDvPz3ac8V7zaZTwIDAQAB
-----END RSA PUBLIC KEY-----
`;

/** 1,024 bits. */
export const shortSshPublicKey = [
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC9H6DK0zBIBgYw3Gat4bDAFsV5CRiUFtDJEkIit30z',
  'C/koJgnWMwiTBF8XLLsI7Ue+xkUP70mbI7m9rNBHMX8KrktHa/aiy7KzO1zKEM7IAwtuXNXfaKa4W0gp',
  'czO4onvj7kRrWftQVDv4JQvVTw/dOdRPMzmb6j6GIVNRPoYLNQ==',
].join('');

/** A key of an elliptic curve. */
export const ecPublicKeyPem = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEmaEE/Nt8VyoO4SkzW1LPCbVvWNv7
VaD/HRJoATP8qgPIHGT9PVB8fVtL3KhTqenfkJhwkHydidRKRnnh54yiXQ==
-----END PUBLIC KEY-----
`;

/** One field as SSH sends it: its length in four bytes, and itself. */
export function sshField(bytes: Uint8Array | string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, Buffer.from(bytes)]);
}

/** A well formed line of a key that nobody has the other half of. */
export function madeSshPublicKey(fill: number, bytes = 256): string {
  const modulus = Buffer.alloc(bytes + 1, fill);
  modulus.set([0, 0x80 | fill]);
  modulus[bytes] = 1;
  const wire = [sshField('ssh-rsa'), sshField(Buffer.of(1, 0, 1)), sshField(modulus)];
  return `ssh-rsa ${Buffer.concat(wire).toString('base64')}`;
}
