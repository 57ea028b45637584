import { generateKeyPairSync } from 'node:crypto';

/** A self-signed certificate of 2,048 bits, base64 of its DER as metadata has it. */
export const idpCertificate =
  'MIIDFTCCAf2gAwIBAgIUYdNG6zFxQfMLJQNRWRSWyMz9tbQwDQYJKoZIhvcNAQELBQAwGjEYMBYGA1UEAwwP' +
  'aWRwLmV4YW1wbGUuY29tMB4XDTI2MTEyNzAyMDgyMFoXDTM2MTEyNDAyMDgyMFowGjEYMBYGA1UEAwwPaWRw' +
  'LmV4YW1wbGUuY29tMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwGjqOO8uYUKwl6EopL0AdqFC' +
  'fZTRfQlqApGt6Fo6N0H6LKNzJOVUCJ8RsT5WARnv5cVIb0PCKA1mN28/JuW4KdLZoZT40H2R9yVc6hO7o9m2' +
  'UehLB5MS+iTDOKinMkyezQcs4+BCJlb2A9QZdXCYY3kr4rnk7dGcOvMKAU4y5RWNWEOdAxERvN6Cp5v92Z4u' +
  'TJKBR4DBiClUhDSubCtjY5n/mhm8A9fOMe7QZ8oT/zCCO0b1KsNpF6m8pqKWcqWwENig+KE289b1038LMUHj' +
  'UedhJPWP+ot0sXaoYbBmS/Xo5FEkeZfU8BbDkDhdl7OQ0UqXzxmSMrvTZZVhmczphwIDAQABo1MwUTAdBgNV' +
  'HQ4EFgQUguc//EyHOV3wAKnRsSKjWThFta8wHwYDVR0jBBgwFoAUguc//EyHOV3wAKnRsSKjWThFta8wDwYD' +
  'VR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOCAQEAuOUYnhvGkfkV2LPygGZx0OOzA8Bh+rPy5bKzNf3/' +
  'ot8tu0QpNxkmAG93/beUGW3A0vQr7dU+NLwWJ4Xv+jSRGDLYkYk6v5xeC/NbmvyGktq0uFr++fG7ojYxW+Kz' +
  'AOHK6C59+Lkpv7sE4S9tBIPgX9/amMtI2xqtpchGHgPaqzKoWJ+PRvBBLOWViFMrPJTciYNrDG+YhSafOlWb' +
  'ED5GYpX8bIi1uU3iXdd8xHgCVFb/TIUh1ns7gdFegCBHxAdXOO8x7R+ElKhvYXigo2Dg6JnMssUSUqWxkS6h' +
  'NMdu2sh+895p+o+K8X/OTvRCnliuyevD0WUHDnGHGjXqs66m0w==';

/** One of 512 bits. */
export const weakCertificate =
  'MIIBjTCCATegAwIBAgIUeymG47uJAlhouaj641Ns/01G5pkwDQYJKoZIhvcNAQELBQAwGzEZMBcGA1UEAwwQ' +
  'd2Vhay5leGFtcGxlLmNvbTAeFw0yNjExMjcwMjA4MjBaFw0zNjExMjQwMjA4MjBaMBsxGTAXBgNVBAMMEHdl' +
  'YWsuZXhhbXBsZS5jb20wXDANBgkqhkiG9w0BAQEFAANLADBIAkEA6gX+BhKnaLKOhSCGUZJIbzRXJOm44azn' +
  'p+4hiDZX+HaSPecOAxMqGBV2jdDfCSwWckpzhtTHLbfIHeIhX4+5fQIDAQABo1MwUTAdBgNVHQ4EFgQUzkJo' +
  'bjS93YDWNtT1omzUL6vwSeAwHwYDVR0jBBgwFoAUzkJobjS93YDWNtT1omzUL6vwSeAwDwYDVR0TAQH/BAUw' +
  'AwEB/zANBgkqhkiG9w0BAQsFAANBAItwdo9f408h51YdZ0EsH4lkcTVvs5QpWaLQtUM7nJMQbhXoO+UK7HoE' +
  'b+qPUZ2r+C9+vE5oWB6RbcuTLUGd7I4=';

/** A document of an identity provider, as long as the model wants it. */
export function samlMetadata(
  entityId: string,
  { certificate = idpCertificate, attributes = '' } = {},
): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ${attributes}
    entityID="${entityId}">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
        <ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data>
      </ds:KeyInfo>
    </md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
      Location="https://idp.example.com/saml/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
`;
}

/** Private keys that decrypt assertions. Small ones, as nobody is to be kept out by them. */
export const samlPrivateKeys: readonly string[] = Array.from({ length: 3 }, () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
});
