import { SCOPES } from '../../shared/slack/scopes.ts';

/** What stands for the address that only the deployed hub stack knows. */
export const URL_PLACEHOLDER = 'https://REPLACE-WITH-THE-SLACKREQUESTURL-OUTPUT.example/slack';

const SCOPE_LINES = SCOPES.map(
  ({ name, why, isForDoctor }) => `      - ${name} # ${isForDoctor ? 'for cinch doctor: ' : ''}${why}`,
).join('\n');

/** The Slack app that Cinch speaks through; docs/slack-app-manifest.yaml is made from it. */
export const SLACK_MANIFEST = `# The Slack app that Cinch speaks through. Create it at https://api.slack.com/apps > Create New App > From a manifest.
#
# Put the hub stack's output \`SlackRequestUrl\` in place of both URLs below, install the app to one workspace, invite it to the channel that
# cinch.yaml names, and store the bot token and the signing secret in the hub's secret as {"botToken": "xoxb-...", "signingSecret": "..."}.
#
# Restrict who may manage user groups (Settings & permissions > User groups) before you name a group as approvers: by default
# any full member can add themselves.
_metadata:
  major_version: 2
  minor_version: 1
display_information:
  name: Cinch
  description: Fixes what is safe to fix in your AWS serverless estate, and asks about the rest.
  background_color: "#1f3a4d"
features:
  bot_user:
    display_name: Cinch
    always_online: true
  slash_commands:
    - command: /cinch
      url: ${URL_PLACEHOLDER}
      description: What is open and stopped; exempt, stop, resume, reset
      usage_hint: "status | exempt <rule> <ARN> <days> <reason> | stop <reason> | resume | reset <account>"
      should_escape: false
oauth_config:
  scopes:
    bot:
${SCOPE_LINES}
settings:
  interactivity:
    is_enabled: true
    request_url: ${URL_PLACEHOLDER}
  org_deploy_enabled: false
  socket_mode_enabled: false
  token_rotation_enabled: false
`;
