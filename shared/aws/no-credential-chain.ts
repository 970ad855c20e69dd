/**
 * Bundled in the place of `@aws-sdk/credential-provider-node` (infra/bundle.ts): profiles, SSO, web identities and instance metadata are 100 KB
 * that a Lambda function never reaches, since every client here is given its credentials.
 * @throws Error when a client that was given none asks for them.
 */
export const defaultProvider = () => async (): Promise<never> => {
  throw new Error('A client was made without credentials: pass them (shared/aws/credentials.ts).');
};
