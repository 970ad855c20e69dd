import { type Resource, resourceFromArn } from '../model/resource.ts';
import type { Step, StepKind, StepOf } from '../model/step.ts';
import { type Leaf, name, words } from './rich-text.ts';

/** How a step is put to people: before (`ask`, an order to be confirmed) and after (`done`). New kinds of steps get their words here. Pure. */
interface StepWords {
  readonly ask: Leaf[];
  readonly done: Leaf[];
}

type Said = (verbs: { ask: string; done: string }, ...rest: (string | Leaf)[]) => StepWords;

const say: Said = ({ ask, done }, ...rest) => {
  const tail = rest.map((part) => (typeof part === 'string' ? words(part) : part));
  return { ask: [words(`${ask} `), ...tail], done: [words(`${done} `), ...tail] };
};

const of = (target: Resource): Leaf => name(target.name);
const roleName = (arn: string): Leaf => name(resourceFromArn(arn)?.name ?? arn);
const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const WORDS: { readonly [K in StepKind]: (step: StepOf<K>) => StepWords } = {
  'lower-timeout': (step) =>
    say(
      { ask: 'Tighten', done: 'Tightened' },
      'the timeout of ',
      of(step.target),
      ` from ${step.fromSeconds} s to ${step.toSeconds} s`,
    ),
  'move-secrets-to-ssm': (step) => {
    const named = step.variables.slice(0, 3).flatMap((variable, index) => [words(index === 0 ? '' : ', '), name(variable, 60)]);
    const more = step.variables.length > 3 ? ` and ${plural(step.variables.length - 3, 'more variable')}` : '';
    return say({ ask: 'Move', done: 'Moved' }, ...named.slice(1), `${more} of `, of(step.target), ' to SSM');
  },
  'remove-permission': (step) => {
    const sids = step.statements
      .slice(0, 2)
      .flatMap((statement, index) => [words(index === 0 ? ' ' : ', '), name(statement.sid, 60)]);
    const count = step.statements.length === 1 ? 'the statement' : plural(step.statements.length, 'statement');
    const where = step.qualifier === null ? [] : [words(', alias or version '), name(step.qualifier, 60)];
    const more = step.statements.length > 2 ? ` and ${step.statements.length - 2} more` : '';
    return say({ ask: 'Remove', done: 'Removed' }, count, ...sids, `${more} from the policy of `, of(step.target), ...where);
  },
  'require-url-iam-auth': (step) =>
    say(
      { ask: 'Require', done: 'Required' },
      'IAM authentication on the function URL of ',
      of(step.target),
      ...(step.qualifier === null ? [] : [' alias ', name(step.qualifier, 60)]),
    ),
  'detach-role-policy': (step) =>
    say(
      { ask: 'Detach', done: 'Detached' },
      name(step.policyArn.slice(step.policyArn.lastIndexOf('/') + 1)),
      ' from the role ',
      of(step.target),
    ),
  'replace-role-policy': (step) => {
    const verbs =
      step.toText === null
        ? { ask: 'Delete', done: 'Deleted' }
        : step.fromText === null
          ? { ask: 'Add', done: 'Added' }
          : { ask: 'Narrow', done: 'Narrowed' };
    return say(verbs, 'the inline policy ', name(step.policyName), ' of the role ', of(step.target));
  },
  'give-own-role': (step) =>
    say(
      { ask: 'Give', done: 'Gave' },
      of(step.target),
      ' a role of its own, ',
      name(step.newRoleName),
      ', in place of ',
      roleName(step.fromRoleArn),
    ),
};

/** The words of one step. */
export function wordsOf(step: Step, tense: keyof StepWords): Leaf[] {
  // The table has exactly one row a kind; the compiler can't follow the union through the index.
  const row = WORDS[step.kind] as (step: Step) => StepWords;
  return row(step)[tense];
}

/** The words of a plan: its first step, and how many more there are. */
export function wordsOfSteps(steps: readonly Step[], tense: keyof StepWords): Leaf[] {
  const [first, ...rest] = steps;
  if (!first) return [words(tense === 'ask' ? 'Change nothing' : 'Changed nothing')];
  return [...wordsOf(first, tense), ...(rest.length > 0 ? [words(`, and ${plural(rest.length, 'more change')}`)] : [])];
}
