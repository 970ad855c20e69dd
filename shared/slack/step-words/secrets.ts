import type { SecretsStep } from '../../model/steps/secrets.ts';
import { name, words } from '../rich-text.ts';
import { of, plural, say, type WordsOf } from './say.ts';

export const SECRETS_WORDS: WordsOf<SecretsStep> = {
  'move-secrets-to-ssm': (step) => {
    const named = step.variables.slice(0, 3).flatMap((variable, index) => [words(index === 0 ? '' : ', '), name(variable, 60)]);
    const more = step.variables.length > 3 ? ` and ${plural(step.variables.length - 3, 'more variable')}` : '';
    return say({ ask: 'Move', done: 'Moved' }, ...named.slice(1), `${more} of `, of(step.target), ' to SSM');
  },
};
