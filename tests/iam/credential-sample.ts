/**
 * Credentials that somebody would make with `openssl` and `ssh-keygen`, once and for all; they guard
 * nothing. The certificates are self-signed and valid until 2045.
 */

/** Of the key on a curve below, `other.example.com`. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBSjCB8KADAgECAhQ+FPNdFv1xH+6kCTVpjZxOhJl9DzAKBggqhkjOPQQDAjAc
MRowGAYDVQQDDBFvdGhlci5leGFtcGxlLmNvbTAeFw0yNTAxMDEwMDAwMDBaFw00
NTAxMDEwMDAwMDBaMBwxGjAYBgNVBAMMEW90aGVyLmV4YW1wbGUuY29tMFkwEwYH
KoZIzj0CAQYIKoZIzj0DAQcDQgAENhJFpB8LUKn8HyTuntkK8zlk8Qnrity2afx/
dARpoJzylL8TrvLSTTIhH1O3w6031QM5eVvBw5+RHLcZ1bPQX6MQMA4wDAYDVR0T
AQH/BAIwADAKBggqhkjOPQQDAgNJADBGAiEA4MaUdj0v/hLRj3U7x7qnQ/vytK6O
Gc5zfmxe8Lfm8RsCIQDVtg5LEqubTMNWLLs9rfz/g00vYLhoJA5jHj6xFqXSiw==
-----END CERTIFICATE-----
`;

export const privateKey = `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEINW3sp7HfhSFFCtTux2sAnU8taLEgOmAWWZUB4gNKnijoAoGCCqGSM49
AwEHoUQDQgAENhJFpB8LUKn8HyTuntkK8zlk8Qnrity2afx/dARpoJzylL8TrvLS
TTIhH1O3w6031QM5eVvBw5+RHLcZ1bPQXw==
-----END EC PRIVATE KEY-----
`;

/** Of another key. */
export const otherCertificate = `-----BEGIN CERTIFICATE-----
MIIBSTCB8KADAgECAhRDoczjTQdm7BPjemGHef+aZTBk9TAKBggqhkjOPQQDAjAc
MRowGAYDVQQDDBF0aGlyZC5leGFtcGxlLmNvbTAeFw0yNTAxMDEwMDAwMDBaFw00
NTAxMDEwMDAwMDBaMBwxGjAYBgNVBAMMEXRoaXJkLmV4YW1wbGUuY29tMFkwEwYH
KoZIzj0CAQYIKoZIzj0DAQcDQgAEQ+Xp4BqiKK2pqjnVbHhbrhEKobPyAWfe/cGO
7iBiNWsLlDLAXK1kghGy80Z2ftxfO38sV/Xl7YwJYyqkfuprxKMQMA4wDAYDVR0T
AQH/BAIwADAKBggqhkjOPQQDAgNIADBFAiBOlVox6/dhijXQu1X7hrVwgAMqcRj7
On/qw/Q63TpJcwIhAK2QLpAMEXCp4FjSzKHzpzbkiNyswjPU3t3VWjFQzxoE
-----END CERTIFICATE-----
`;

export const thirdCertificate = `-----BEGIN CERTIFICATE-----
MIIBSzCB8aADAgECAhRWh+IWwYGsAaMcI3ki6BbMW3CMnjAKBggqhkjOPQQDAjAb
MRkwFwYDVQQDDBBDYXJuZXQgdGVzdCByb290MB4XDTI1MDEwMTAwMDAwMFoXDTQ1
MDEwMTAwMDAwMFowGzEZMBcGA1UEAwwQQ2FybmV0IHRlc3Qgcm9vdDBZMBMGByqG
SM49AgEGCCqGSM49AwEHA0IABK3K2rj2vrVsfec34rGgpwGjR938JwH2XNP3MaUt
2vWodG7t9Caxa4JMXeXFms0C1CNPJe2eJMfaezJMHhETqUqjEzARMA8GA1UdEwEB
/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAMWkqXcoTbEF9v7brIXWC/pKYHL0
iXiIvUYh0vy/2m6pAiEApgWsuZrgKOoEzo7sd34VAd/bBnkGHLisPcJpwdZoj3Q=
-----END CERTIFICATE-----
`;

export const sshPublicKey = [
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCNx9WL2TrcIE2oSyrpdoRmZ3QUcd7Mbwql8w71OHiC',
  'RopGUOGbSvPrm/00Ee2gw13NIBGR1Z5b6jJ8gNoQ2t++M89YjOv6HYMlXjwoUDXrfHDYhkzpfKHoutCm',
  'P81e8olMFErviUmBAnRCZRmF/ASRHFZSUPTN32Oer4IWHuQ7slLU9HyuNLjip4MfehC1RwiGSO5V8Lih',
  'wY48bZecFDgkQKdIeExOST3e3m0tqDyZjh7IBBVot+imgH2W+Ojj3pDcHEBN9Wcz76xwZG2pBzmaQQqN',
  'VV00aYMzjUt5mKb9K3vCQfLpKetFcVJsu5dhTr18ygqJQMO8/PdpzxXvNplP',
].join('');

/** What `ssh-keygen -l -E md5` says of it. */
export const sshFingerprint = '20:e2:51:51:f4:3f:56:45:ef:52:f2:a6:a8:50:31:74';

/** What `ssh-keygen -e -m PKCS8` makes of it. */
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

export const otherSshPublicKey = [
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDGX9X/xsmwNKSr7anrp8M3Ema25ZSeaGYBpb/YIr+c',
  'xUQ0OZS24gfgrUWMtAbe94xPCyxUbOv+cBkkXPoOzz+KBMhfQFUzLOZS6H1+ef/PLxHgXyqy17FJT+Gw',
  'vQGVwvFzXNGX3/z3PmhUGCqog6YmDMOKqj8EoKJfTmCYTjV0tw8m4GrdtURMLnQ4HM8Aq2C3JWdIZ9xn',
  'Wgmt2tcMF7iU+1HTFC3nFBZ77oPXS7KBaXrwWzaCcCTALTLshwh0Kpbs4B8ZRWkrF/5Or8Hi/p0DujHf',
  '6vaHeeVbUmXo1HXb8cja2nWOtRmp6m2sI2GCbh0FtJM7paM1SDaktfH5AKz9',
].join('');
