import type { TimeoutStep } from '../../model/steps/timeout.ts';
import { of, say, type WordsOf } from './say.ts';

export const TIMEOUT_WORDS: WordsOf<TimeoutStep> = {
  'lower-timeout': (step) =>
    say(
      { ask: 'Tighten', done: 'Tightened' },
      'the timeout of ',
      of(step.target),
      ` from ${step.fromSeconds} s to ${step.toSeconds} s`,
    ),
};
