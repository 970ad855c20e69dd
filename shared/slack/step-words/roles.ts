import { isDenyAll, type RolesStep } from '../../model/steps/roles.ts';
import { type Leaf, name } from '../rich-text.ts';
import { of, roleName, say, type WordsOf } from './say.ts';

export const ROLES_WORDS: WordsOf<RolesStep> = {
  'detach-role-policy': (step) =>
    say({ ask: 'Detach', done: 'Detached' }, policyName(step.policyArn), ' from the role ', of(step.target)),
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
  'set-boundary': (step) => {
    if (isDenyAll(step.toArn)) return say({ ask: 'Isolate', done: 'Isolated' }, 'the role ', of(step.target));
    if (step.toArn === null)
      return isDenyAll(step.fromArn)
        ? say({ ask: 'Let', done: 'Let' }, 'the role ', of(step.target), ' out of its isolation')
        : say({ ask: 'Remove', done: 'Removed' }, 'the permissions boundary of the role ', of(step.target));
    return say(
      { ask: 'Set', done: 'Set' },
      'the permissions boundary ',
      policyName(step.toArn),
      ' on the role ',
      of(step.target),
    );
  },
  'replace-trust-policy': (step) => say({ ask: 'Narrow', done: 'Narrowed' }, 'the trust policy of the role ', of(step.target)),
};

const policyName = (arn: string): Leaf => name(arn.slice(arn.lastIndexOf('/') + 1));
