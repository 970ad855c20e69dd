/** What Secrets Manager holds for Slack, as JSON. */
export interface SlackSecret {
  readonly signingSecret: string;
  readonly botToken: string;
}

export interface SlackSecretSource {
  /** The secret, remembered for the life of the process. */
  read(): Promise<SlackSecret>;
  /** The secret as it is now, for after a rotation; the source may limit how often it really looks. */
  refresh(): Promise<SlackSecret>;
}
