import type { Evidence, Remedy, RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { LAYER_NAME, WRAPPER_PATH, WRAPPER_VARIABLE } from '../../secrets/resolver-contract.ts';
import { byHand } from '../parts/by-hand.ts';
import { codeInjections, type Injection } from '../parts/code-injection.ts';
import { layerOf, untrustedLayers } from '../parts/layers.ts';
import { lastingAdvice, listed } from '../parts/words.ts';

const NEEDS = ['environment', 'layers', 'packageType', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;
type Context = RuleContext<'function'>;

/**
 * Who may change a function's configuration may run code in it with such a variable, and neither a code review nor code signing sees it.
 * A file under /opt is fine when every layer comes from an account that is trusted with code anyway; an image brings its own files.
 */
function isForeign({ place, evenFromPackage }: Injection, { layers, packageType }: Seen, context: Context): boolean {
  if (place === 'elsewhere') return true;
  if (packageType === 'Image') return false;
  if (place === 'layer') return layers.length === 0 || untrustedLayers(layers, context).length > 0;
  return evenFromPackage;
}

/** The resolver's own path, but none of the layers is the resolver's. */
function borrowsResolverPath({ environment, layers }: Seen): boolean {
  return environment[WRAPPER_VARIABLE] === WRAPPER_PATH && !layers.some((arn) => layerOf(arn).name === LAYER_NAME);
}

function injectionsOf(state: Seen, context: Context): Injection[] {
  const found = codeInjections(state.environment).filter((one) => isForeign(one, state, context));
  const borrowed: Injection = {
    variable: WRAPPER_VARIABLE,
    does: "starts a program in front of the runtime at the resolver's path, without the resolver's layer",
    place: 'layer',
    evenFromPackage: false,
    alone: true,
  };
  return borrowsResolverPath(state) ? [...found, borrowed] : found;
}

function evidenceOf({ variable, does, place }: Injection, state: Seen, context: Context): Evidence {
  const untrusted = untrustedLayers(state.layers, context);
  const from =
    place === 'layer'
      ? untrusted.length === 0
        ? ', which no layer of a known account brings'
        : `, which may come from ${listed(untrusted)}`
      : '';
  return { path: `Environment.Variables.${variable}`, found: `${does}${from}`, expected: 'no code besides the handler' };
}

function evaluate(state: Seen, context: Context): Violation | undefined {
  const found = injectionsOf(state, context);
  if (found.length === 0) return undefined;
  const names = [...new Set(found.map(({ variable }) => variable))];
  return {
    summary: `its ${names.length === 1 ? 'variable' : 'variables'} ${listed(names)} ${names.length === 1 ? 'loads' : 'load'} code that its handler does not name`,
    evidence: found.map((one) => evidenceOf(one, state, context)),
    remedy: remedyFor(state, found, names, context),
    advice: [
      'If nobody knows it, treat it as a break-in: what the execution role and the environment give was open to that code.',
      ...lastingAdvice(state.managedBy, `delete ${listed(names)}`),
    ],
  };
}

/**
 * A vendor's extension starts by such a variable from its layer, and a variable with other settings in it is needed for those: such ones
 * are not taken away whole.
 */
const isRemovable = ({ variable, place, alone }: Injection, { environment }: Seen): boolean =>
  alone && place !== 'layer' && !environment[variable]?.includes('/opt/');

function remedyFor(state: Seen, found: readonly Injection[], names: readonly string[], { resource: target }: Context): Remedy {
  const why =
    'A variable that starts a tool of its own can not be told from an attack, and without the tool the function may fail.';
  if (!found.every((one) => isRemovable(one, state)))
    return byHand(
      why,
      `Find out who set ${listed(names)} (CloudTrail: UpdateFunctionConfiguration), delete it with aws lambda update-function-configuration, or name the account of its layer under layerAccounts in cinch.yaml.`,
    );
  return {
    kind: 'steps',
    steps: [{ kind: 'remove-variables', target, variables: names }],
    approvalBecause: 'a tool can not be told from an attack, and without the tool the function may fail',
  };
}

const PLAIN = { environment: {}, layers: [], packageType: 'Zip', managedBy: null } satisfies Seen;
const layer = (account: string, name: string) => `arn:aws:lambda:eu-central-1:${account}:layer:${name}:3`;
const OWN = layer('222222222222', 'shared');
const FOREIGN = layer('999999999999', 'speedup');

export default defineRule({
  id: 'lambda-environment-code-injection',
  title: "A function's environment makes no code run that its handler does not name",
  severity: 'high',
  resource: 'function',
  checklist: ['wa-SEC06-BP04'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'no such variable', state: { ...PLAIN, environment: { LOG_LEVEL: 'info' } } },
      {
        name: 'settings of the runtimes',
        state: {
          ...PLAIN,
          environment: {
            NODE_OPTIONS: '--enable-source-maps --max-old-space-size=900',
            JAVA_TOOL_OPTIONS: '-XX:+TieredCompilation -XX:TieredStopAtLevel=1',
            PYTHONPATH: '/var/task/vendor:/opt/python',
            RUBYOPT: '--yjit -W0',
          },
        },
      },
      {
        name: "Cinch's own resolver",
        state: {
          ...PLAIN,
          environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/cinch/secret-resolver' },
          layers: [layer('222222222222', 'cinch-secret-resolver')],
        },
      },
      {
        name: "a vendor's wrapper from its layer",
        state: {
          ...PLAIN,
          environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/datadog_wrapper' },
          layers: [layer('464622532012', 'Datadog-Extension'), OWN],
        },
      },
      {
        name: 'a Java agent from a layer of its own account',
        state: { ...PLAIN, environment: { JAVA_TOOL_OPTIONS: '-javaagent:/opt/agent.jar' }, layers: [OWN] },
      },
      {
        name: 'a wrapper from an account that is allowed',
        state: { ...PLAIN, environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/run' }, layers: [FOREIGN] },
        settings: { layerAccounts: ['999999999999'] },
      },
      {
        name: 'what an image preloads of its own',
        state: { ...PLAIN, environment: { NODE_OPTIONS: '--import ./instrument.mjs' }, packageType: 'Image' },
      },
    ],
    violates: [
      { name: 'a preloaded library', state: { ...PLAIN, environment: { LD_PRELOAD: '/tmp/hook.so' } } },
      {
        name: 'start scripts, under a stack',
        state: {
          ...PLAIN,
          environment: { PYTHONSTARTUP: 'boot.py', BASH_ENV: '/tmp/rc' },
          managedBy: { tool: 'SAM', stack: 'orders' },
        },
      },
      {
        name: 'a module in front of the handler, beside an audit library',
        state: { ...PLAIN, environment: { NODE_OPTIONS: '--require /tmp/x.js', LD_AUDIT: '/opt/audit.so' } },
      },
      {
        name: 'a wrapper from a layer of an unknown account, beside a preloaded library',
        state: {
          ...PLAIN,
          environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/speedup', LD_PRELOAD: '/opt/speedup.so' },
          layers: [OWN, FOREIGN],
        },
      },
      {
        name: 'a module in front of the handler, among settings',
        state: { ...PLAIN, environment: { NODE_OPTIONS: '--enable-source-maps --require /tmp/x.js' } },
      },
      {
        name: 'two modules in front of the handler, and nothing else',
        state: { ...PLAIN, environment: { NODE_OPTIONS: '--require /tmp/x.js --import=./y.mjs', PYTHONPATH: '/tmp/lib' } },
      },
      {
        name: 'an image that preloads a library',
        state: { ...PLAIN, environment: { LD_PRELOAD: '/usr/lib/x.so' }, packageType: 'Image' },
      },
    ],
  },
});
