/** What the Slack app must be granted, and why. docs/slack-app-manifest.yaml asks for exactly these. */
export interface Scope {
  readonly name: string;
  readonly why: string;
  /** Without it Cinch works, and `cinch doctor` knows less. */
  readonly isForDoctor?: true;
}

export const SCOPES: readonly Scope[] = [
  { name: 'commands', why: '/cinch' },
  { name: 'chat:write', why: 'cards, their updates, and lines that only one user sees' },
  { name: 'usergroups:read', why: 'members of the approvers’ group' },
  { name: 'users:read', why: 'whether a clicking user is an active full member' },
  { name: 'users:read.email', why: 'the Slack user behind a CloudTrail principal' },
  { name: 'channels:read', why: 'whether a public channel is there and Cinch is in it', isForDoctor: true },
  { name: 'groups:read', why: 'the same of a private channel', isForDoctor: true },
];
