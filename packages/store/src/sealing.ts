/** Authenticated encryption (AES-256-GCM) of what must not be readable at rest or in a caller's hands. */
export interface Sealing {
  /**
   * Seals `plaintext`, bound to `context`: opening with another context fails. The result is
   * base64url text that names its data key.
   */
  seal(purpose: SealingPurpose, context: string, plaintext: Uint8Array): string;
  /** Opens what `seal` gave; undefined when it was altered, truncated or sealed elsewhere. */
  open(purpose: SealingPurpose, context: string, sealed: string): Uint8Array | undefined;
}

/** `secret`: columns at rest. `session`: STS session tokens. `pagination`: opaque markers. */
export type SealingPurpose = 'secret' | 'session' | 'pagination';
