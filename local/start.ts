import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pc from 'picocolors';
import { openInBrowser } from './demo/open-browser.ts';
import { keepInvoking, makeSamples } from './demo/samples.ts';
import { MEMBER, startSystem } from './system.ts';

const started = performance.now();
const root = join(dirname(fileURLToPath(import.meta.url)), '..');

function say(line: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  process.stdout.write(`${pc.dim(`${seconds} s`)}  ${line}\n`);
}

async function main(): Promise<void> {
  mkdirSync(join(root, '.local'), { recursive: true });
  const logFile = join(root, '.local', 'start.log');
  const detail = createWriteStream(logFile);
  const port = Number(process.env.CINCH_PAGE_PORT ?? 0);
  const system = await startSystem({
    log: say,
    detail: (line) => detail.write(`${line}\n`),
    ...(port ? { slackPort: port } : {}),
  });
  let stopTraffic = () => {};
  const stop = async () => {
    stopTraffic();
    say('stopping');
    await system.stop();
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);

  process.stdout.write(`\n  The channel is at ${pc.bold(pc.cyan(system.slack.pageUrl))}\n\n`);
  if (!process.argv.includes('--no-open')) openInBrowser(system.slack.pageUrl);
  system.slack
    .waitForMessage((message) => message.bot_id !== undefined, 600_000)
    .then((message) => say(pc.green(`first card: ${message.text}`)))
    .catch(() => say('no card came; see .local/start.log'));
  say('creating the sample workloads as dana@northwind.example');
  stopTraffic = keepInvoking(await makeSamples(system, (line) => say(`  ${line}`)));
  process.stdout.write(`${instructions(system.cloud.env(MEMBER.account))}\n`);
}

function instructions(env: Record<string, string>): string {
  const names = ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION'];
  return [
    '',
    '  Click in the page: Approve, Deny and Exempt as Alice, then Undo. Dana made the changes, so she may not approve them.',
    '  Or change something yourself from another terminal, with the AWS CLI:',
    '',
    ...names.map((name) => `    export ${name}=${env[name]}`),
    '    aws lambda update-function-configuration --function-name billing --timeout 600',
    '    aws lambda add-permission --function-name billing --statement-id open --action lambda:InvokeFunction --principal "*"',
    '',
    '  Everything that the emulator and the CDK say is in .local/start.log. Ctrl-C ends it all.',
    '',
  ].join('\n');
}

main().catch((error: Error) => {
  process.stderr.write(`${pc.red('could not start')}: ${error.message}\n`);
  process.exit(1);
});
