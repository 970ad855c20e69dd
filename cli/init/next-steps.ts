import type { Organization } from '../../shared/config/organization-schema.ts';
import type { Config } from '../../shared/config/schema.ts';
import type { Colours } from '../frame/colours.ts';
import { URL_PLACEHOLDER } from './manifest.ts';

export interface Written {
  readonly config: Config;
  readonly file: string;
  readonly manifest: string;
  readonly mode: string;
}

type Step = readonly [what: string, ...commands: string[]];

/** The commands that lead from the written file to the first card, in order; they are run in a checkout. */
export function nextSteps({ config, file, manifest, mode }: Written, colours: Colours): string {
  const { hub, organization, members, slack } = config;
  const context = file === 'cinch.yaml' ? '' : ` --context config=${quoted(file)}`;
  const steps: readonly Step[] = [
    ['Look it over, and check it after every change.', `npm run -s cinch -- validate ${quoted(file)}`],
    ['Build the layers that the bot carries (Go 1.22 or newer).', 'npx tsx layers/build-layers.ts'],
    ...(organization ? organizationSteps(config, organization, context) : hubSteps(config, context)),
    ...members.map(
      ({ account }) =>
        [
          `Deploy the member stacks of ${account}, with its credentials.`,
          `npx cdk deploy 'CinchMember-${account}-*'${context}`,
        ] as const,
    ),
    [
      `Create the Slack app from ${manifest}: put the hub's output SlackRequestUrl into it, then https://api.slack.com/apps > Create New App > From a manifest; install it, and invite it to ${slack.channel}.`,
      `aws cloudformation describe-stacks --stack-name CinchHub --region ${hub.region} --query "Stacks[0].Outputs[?OutputKey=='SlackRequestUrl'].OutputValue" --output text`,
      `sed -i.bak "s|${URL_PLACEHOLDER}|<SlackRequestUrl>|" ${quoted(manifest)}`,
    ],
    [
      'Give the bot its Slack secret: a file {"signingSecret": "...", "botToken": "xoxb-..."}, which you remove afterwards.',
      `aws secretsmanager put-secret-value --region ${hub.region} --secret-id cinch/slack --secret-string file://slack.json`,
    ],
    [
      mode === 'report'
        ? 'See what it would do. For the first month it only reports; then set mode: ask.'
        : 'See what it will do.',
      `npm run -s cinch -- explain lambda-timeout-excessive --account ${members[0]?.account ?? organization?.managementAccount ?? hub.account} --config ${quoted(file)}`,
    ],
  ];
  return [
    `Wrote ${file} and ${manifest}. What comes next:`,
    ...steps.flatMap(([what, ...commands], index) => [
      '',
      `${colours.bold(`${index + 1}.`)} ${what}`,
      ...commands.map((command) => `   ${colours.cyan(command)}`),
    ]),
    '',
    'docs/install.md has all of it with the reasons, and how to go back.',
  ].join('\n');
}

const hubSteps = ({ hub }: Config, context: string): Step[] => [
  [
    `Deploy the hub, with credentials of ${hub.account}. The first command is needed once.`,
    `npx cdk bootstrap aws://${hub.account}/${hub.region}`,
    `npx cdk deploy CinchHub${context}`,
  ],
];

/** In this order: the members' stacks ask for the hub's bus and roles (docs/install.md#over-an-organization). */
function organizationSteps({ hub }: Config, { callAs, managementAccount = '' }: Organization, context: string): Step[] {
  const isDelegated = callAs === 'delegated-admin';
  const register = `aws organizations register-delegated-administrator --account-id ${hub.account} --service-principal member.org.stacksets.cloudformation.amazonaws.com`;
  const bootstrap = (account: string): string => `npx cdk bootstrap aws://${account}/${hub.region}`;
  return [
    [
      `Let StackSets work in the organization, with credentials of ${managementAccount}, once.`,
      'aws cloudformation activate-organizations-access',
      ...(isDelegated ? [register] : [bootstrap(managementAccount)]),
    ],
    [
      `Deploy the hub, with credentials of ${hub.account}. The first command is needed once.`,
      bootstrap(hub.account),
      `npx cdk deploy --exclusively CinchHub${context}`,
    ],
    [
      `Deploy the StackSets, with credentials of ${isDelegated ? hub.account : managementAccount}: they make the stacks of every account of the units, now and later.`,
      `npx cdk deploy --exclusively CinchOrganization${context}`,
    ],
    [
      `Deploy the member stacks of ${managementAccount}, with its credentials: StackSets skip it.`,
      `npx cdk deploy 'CinchMember-${managementAccount}-*'${context}`,
    ],
  ];
}

/** As a shell takes it. */
const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
