/** As it is, in hex, and in base64 wherever it begins. */
export const formsOf = (secret: string): string[] => [
  secret,
  Buffer.from(secret).toString('hex'),
  ...[0, 1, 2].map((before) =>
    Buffer.from(`${' '.repeat(before)}${secret}`)
      .toString('base64')
      .slice(4, -4),
  ),
];
