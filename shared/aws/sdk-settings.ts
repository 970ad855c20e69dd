/** The same for every SDK client: three tries for what is passing, and no call that hangs. */
export const CLIENT_SETTINGS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 15_000 },
};
