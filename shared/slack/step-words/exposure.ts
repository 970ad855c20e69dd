import type { ExposureStep } from '../../model/steps/exposure.ts';
import { name, words } from '../rich-text.ts';
import { of, plural, say, type WordsOf } from './say.ts';

export const EXPOSURE_WORDS: WordsOf<ExposureStep> = {
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
};
