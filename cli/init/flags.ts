/** The questions of `cinch init` as options, in the order they are asked; questions.ts has their words and what an answer must be. */
export const FLAGS = [
  {
    key: 'hubAccount',
    flag: 'hub-account',
    argument: 'id',
    help: 'the account that the bot runs in',
  },
  {
    key: 'hubRegion',
    flag: 'hub-region',
    argument: 'name',
    help: 'the region that it runs in',
  },
  {
    key: 'organization',
    flag: 'organization',
    argument: 'id',
    help: 'the organization whose accounts the hub admits; none when left out',
  },
  {
    key: 'units',
    flag: 'units',
    argument: 'ids',
    help: 'units of the organization to watch, with all below them: ou-...,ou-..., or its root r-...; in place of --members, or beside them',
  },
  {
    key: 'managementAccount',
    flag: 'management-account',
    argument: 'id',
    help: 'with --units: the management account of the organization',
  },
  {
    key: 'callAs',
    flag: 'call-as',
    argument: 'whom',
    help: 'with --units: self, to make the StackSets in the management account, or delegated-admin, to make them in the hub (the default where the hub is another account)',
  },
  {
    key: 'members',
    flag: 'members',
    argument: 'accounts',
    help: 'the accounts to watch: 222222222222,333333333333=shop, with the unit where there is one',
  },
  {
    key: 'regions',
    flag: 'regions',
    argument: 'names',
    help: 'the regions to watch in each; that of the hub when left out',
  },
  {
    key: 'team',
    flag: 'team',
    argument: 'id',
    help: 'the Slack workspace: T...',
  },
  {
    key: 'channel',
    flag: 'channel',
    argument: 'id',
    help: 'the Slack channel: C...',
  },
  {
    key: 'approvers',
    flag: 'approvers',
    argument: 'ids',
    help: 'who decides: Slack user ids, one user group id, e-mail addresses',
  },
  {
    key: 'alarmEmails',
    flag: 'alarm-emails',
    argument: 'addresses',
    help: 'who is told by e-mail when Cinch itself fails; nobody when left out',
  },
  {
    key: 'mode',
    flag: 'mode',
    argument: 'mode',
    help: 'report (the default): for the first month it only tells; ask: it asks from the first day',
  },
] as const;

export type QuestionKey = (typeof FLAGS)[number]['key'];
