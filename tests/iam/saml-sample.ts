import { generateKeyPairSync } from 'node:crypto';

/** A self-signed certificate of 2,048 bits, base64 of its DER as metadata has it. */
const certificate =
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

/** What an identity provider publishes of itself. */
export const samlMetadata = (entityId: string) =>
  `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}">
  <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <KeyDescriptor use="signing">
      <KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#">
        <X509Data><X509Certificate>${certificate}</X509Certificate></X509Data>
      </KeyInfo>
    </KeyDescriptor>
    <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
      Location="https://idp.example.com/saml"/>
  </IDPSSODescriptor>
</EntityDescriptor>`;

/** A private key in PEM that decrypts assertions. */
export const samlPrivateKey = () =>
  generateKeyPairSync('rsa', { modulusLength: 1024 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
