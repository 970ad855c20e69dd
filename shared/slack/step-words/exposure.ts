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
  'narrow-url-cors': (step) =>
    say(
      { ask: 'Narrow', done: 'Narrowed' },
      'the CORS settings of the function URL of ',
      of(step.target),
      ...(step.qualifier === null ? [] : [' alias ', name(step.qualifier, 60)]),
      ...(step.to.allowCredentials
        ? [' to ', name(step.to.allowOrigins.join(', '), 120)]
        : [', so that no web site calls it with the visitor’s credentials']),
    ),
  'remove-layer-permission': (step) =>
    say(
      { ask: 'Remove', done: 'Removed' },
      'the statement ',
      name(step.statement.sid, 60),
      ' from the policy of the layer ',
      name(step.layerArn.split(':').slice(6).join(':'), 80),
      ', which ',
      of(step.target),
      ' uses',
    ),
};
