import type { MoveSecretsStep, SecretsStep } from '../../model/steps/secrets.ts';
import { name, words } from '../rich-text.ts';
import { of, plural, say, type WordsOf } from './say.ts';

export const SECRETS_WORDS: WordsOf<SecretsStep> = {
  'move-secrets-to-ssm': (step) => moved(step, 'SSM'),
  'move-secrets-to-secrets-manager': (step) => moved(step, 'Secrets Manager'),
  'publish-clean-version': (step) =>
    say(
      { ask: 'Point', done: 'Pointed' },
      'the alias ',
      name(step.alias, 60),
      ' of ',
      of(step.target),
      ` from version ${step.fromVersion} to a new one without secrets`,
    ),
};

function moved(step: MoveSecretsStep, store: string): ReturnType<typeof say> {
  const named = step.variables.slice(0, 3).flatMap((variable, index) => [words(index === 0 ? '' : ', '), name(variable, 60)]);
  const more = step.variables.length > 3 ? ` and ${plural(step.variables.length - 3, 'more variable')}` : '';
  return say({ ask: 'Move', done: 'Moved' }, ...named.slice(1), `${more} of `, of(step.target), ` to ${store}`);
}
