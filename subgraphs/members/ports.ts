import { port } from '../../kernel/ports.ts';

/** Whom an identity provider recognised. */
export interface ExternalPerson {
  /** The provider's own lasting id of the person, 1 to 255 characters. */
  subject: string;
  /** What the provider knows them as, when it does. */
  name?: string;
}

/** Says who a diner is; reached by the `provider` of `signInDiner`. */
export interface IdentityProvider {
  /** Whom the credential stands for; null when it stands for nobody, or no longer. Throws when it cannot say just now. */
  verify(credential: string): Promise<ExternalPerson | null>;
}

export const IdentityProvider = port<IdentityProvider>('IdentityProvider');
