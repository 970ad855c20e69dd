import { type Answers, approversOf, listOf, memberOf } from './questions.ts';

/** The configuration that the answers make, commented: what a first look at it should tell. */
export function configText(answers: Answers, externalId: string): string {
  const regions = `[${listOf(answers.regions).join(', ')}]`;
  const { users, groups, emails } = approversOf(answers.approvers);
  const approvers = [
    users.length > 0 ? `users: [${users.join(', ')}]` : undefined,
    groups.length > 0 ? `group: ${groups[0]}` : undefined,
    emails.length > 0 ? `emails: [${emails.map((email) => JSON.stringify(email)).join(', ')}]` : undefined,
  ].filter(Boolean);
  return `# The configuration of Cinch. 'cinch validate' checks it, 'cinch explain <rule> --account <id>' says what it comes to.
# Every setting is in examples/cinch.yaml, with comments.
version: 1

hub:
  # Where the bot itself runs.
  account: "${answers.hubAccount}"
  region: ${answers.hubRegion}
${
  answers.organization === ''
    ? '  # Admits every account of the organization. Without it only the members below are admitted.\n  # organizationId: o-exampleorg1\n'
    : `  # Admits every account of the organization to the hub.\n  organizationId: ${answers.organization}\n`
}  # Made by chance. The members' roles require it from the hub: keep it when you write this file anew.
  externalId: ${JSON.stringify(externalId)}

${organizationText(answers, regions)}${membersText(answers, regions)}slack:
  # Ids, not names.
  channel: ${answers.channel}
  team: ${answers.team}
  # Nobody else decides. The author of a change never approves its fix.
  approvers:
${approvers.map((line) => `    ${line}\n`).join('')}  # What can only be reported gets a card from this severity on. Everything is in the ledger and on the bus.
  reportsFrom: high

# Who is told by e-mail when Cinch itself fails. AWS asks each to confirm.
alarms:
  emails: [${listOf(answers.alarmEmails)
    .map((email) => JSON.stringify(email))
    .join(', ')}]

# off: don't look. report: only say. ask: wait for a click. fix: do what is safe by itself, ask for the rest.
${
  answers.mode === 'report'
    ? '# The first month: report. Then ask, and after that fix for the rules that you trust, by their names.\n'
    : '# Questions from the first day. Set fix for the rules that you trust, by their names.\n'
}mode: ${answers.mode}
rules: {}
#  lambda-timeout-excessive: fix

# Other settings by account, unit, tag or rule: the last line that applies and says something wins.
overrides: []
#  - tags: ["env=prod"]
#    mode: report

# What is left alone on purpose, until a day.
exemptions: []
`;
}

function organizationText({ units, managementAccount, callAs }: Answers, regions: string): string {
  if (units === '') return '';
  return `organization:
  # StackSets skip it: it gets member stacks of its own.
  managementAccount: "${managementAccount}"
  # Where the StackSets are made: in the management account (self), or in the hub, which that one has registered (delegated-admin).
  callAs: ${callAs}
  # With all units below them.
  units: [${listOf(units).join(', ')}]
  # Accounts of the units that are left out.
  excludedAccounts: []
  # The first region is where the members' roles are made; that can't be changed later without removing Cinch first.
  regions: ${regions}
  # What accounts are called, and their unit as approvals, channels and overrides name it.
  names: {}
  #  "222222222222": { name: orders, unit: shop }

`;
}

function membersText({ members, units }: Answers, regions: string): string {
  const listed = listOf(members).map(memberOf);
  if (listed.length === 0) return '';
  const lines = listed.map(
    ({ account, unit }) =>
      `  - account: "${account}"\n${unit === undefined ? '' : `    unit: ${JSON.stringify(unit)}\n`}    regions: ${regions}\n`,
  );
  const beside = units === '' ? '' : '  # Beside those of the units, with stacks of their own.\n';
  return `members:\n${beside}  # The first region is the account's home: its stack makes the roles.\n${lines.join('')}\n`;
}
