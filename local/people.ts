import type { SlackChannel, SlackUser } from './slack/start.ts';

/** Who is in the local workspace. */
export const PEOPLE = {
  alice: {
    id: 'U0ALICE0001',
    name: 'alice',
    real_name: 'Alice Okafor',
    profile: { email: 'alice@northwind.example', title: 'Approver, platform security' },
  },
  amir: {
    id: 'U0AMIR00001',
    name: 'amir',
    real_name: 'Amir Haddad',
    profile: { email: 'amir@northwind.example', title: 'Approver, platform security' },
  },
  dana: {
    id: 'U0DANA00001',
    name: 'dana',
    real_name: 'Dana Whitfield',
    profile: { email: 'dana@northwind.example', title: 'Author of the sample changes' },
  },
  bo: {
    id: 'U0BO0000001',
    name: 'bo',
    real_name: 'Bo Lindqvist',
    profile: { email: 'bo@northwind.example', title: 'Bystander' },
  },
} as const satisfies Record<string, SlackUser>;

export const CHANNEL: SlackChannel = { id: 'C0CLOUDSEC1', name: 'cloud-security', topic: 'What Cinch sees, fixes and asks' };
