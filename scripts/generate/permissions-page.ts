import { CODE_PERMISSION } from '../../shared/model/read-permissions.ts';
import {
  type Permission,
  STEP_FAMILIES,
  STEP_ROWS,
  type StepFamily,
  type StepKind,
  type StepRow,
} from '../../shared/model/step.ts';
import { ROLE_NAMES } from '../../shared/names.ts';

const SCOPE_WORDS: { readonly [S in Permission['on']]: string } = {
  function: 'functions of the account',
  version: 'published versions of functions',
  'code-signing': 'code signing configurations of the account',
  role: 'roles of the account',
  user: 'IAM users of the account',
  group: 'IAM groups of the account',
  layer: "Cinch's own layers",
  'layer-any': 'layers of the account',
  parameter: "Cinch's own parameters",
  'parameter-key': "the key of Cinch's parameters",
  secret: "Cinch's own secrets",
  'log-group': 'log groups of the account',
  mapping: 'event source mappings of the account',
  queue: 'queues of the account',
  topic: 'topics of the account',
  bus: 'event buses of the account',
  stream: 'streams of the account',
  bucket: 'buckets',
  rule: 'rules of event buses',
  trail: 'trails',
  api: 'APIs of the account',
  'api-domain': 'custom domains of APIs',
  any: 'everything',
};

/** docs/permissions.md. */
export function permissionsPage(): string {
  return [
    '# Permissions',
    '',
    'Written by `npm run generate` from `shared/model/step.ts`: each kind of change names what it needs, and the roles of the member stack are made from the same rows. A family that is left out of the member stack is granted nothing.',
    '',
    ...STEP_FAMILIES.flatMap(familySection),
    '## Reading code',
    '',
    `\`${ROLE_NAMES.read}\` reads settings, and neither code nor secrets. Where the member stack's parameter \`ReadCode\` is \`on\` (it is \`off\` unless somebody says so), it may also call \`${CODE_PERMISSION.actions.join(', ')}\` on ${SCOPE_WORDS[CODE_PERMISSION.on]}: the link in the answer leads to the code. The rules that must be named to be on need it.`,
    '',
  ].join('\n');
}

function familySection(family: StepFamily): string[] {
  const rows = (Object.entries(STEP_ROWS) as [StepKind, StepRow][]).filter(([, row]) => row.family === family);
  return [
    `## Family \`${family}\``,
    '',
    '| role | action | on | only when | why |',
    '| --- | --- | --- | --- | --- |',
    ...rows.flatMap(([kind, row]) => [
      ...permissionRows(ROLE_NAMES.write, row.permissions, `${row.title} (\`${kind}\`, ${row.risk})`),
      ...permissionRows(ROLE_NAMES.undo, row.undoPermissions, `undo of \`${kind}\``),
    ]),
    '',
  ];
}

function permissionRows(role: string, permissions: readonly Permission[], why: string): string[] {
  return permissions.flatMap(({ actions, on, condition }) =>
    actions.map((action) => `| \`${role}\` | \`${action}\` | ${SCOPE_WORDS[on]} | ${conditionWords(condition)} | ${why} |`),
  );
}

function conditionWords(condition: Permission['condition']): string {
  return Object.entries(condition ?? {})
    .flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, value]) => `${operator} \`${key}\` \`${[value].flat().join(', ')}\``),
    )
    .join('; ');
}
