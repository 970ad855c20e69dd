import type { RolesStep } from '../../model/steps/roles.ts';
import { name } from '../rich-text.ts';
import { of, roleName, say, type WordsOf } from './say.ts';

export const ROLES_WORDS: WordsOf<RolesStep> = {
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
