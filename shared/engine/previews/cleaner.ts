import type { CleanerStep } from '../../model/steps/cleaner.ts';
import { CLEANER_PATH } from '../../secrets/cleaner-contract.ts';
import type { Previews } from './words.ts';

export const CLEANER_PREVIEWS: Previews<CleanerStep> = {
  'add-tmp-cleaner': ({ target, keep }) => ({
    title: `/tmp of ${target.name}`,
    before: 'what an invocation writes is there for the next one',
    after: [`emptied between invocations by ${CLEANER_PATH}`, ...keep.map((path) => `${path} stays`)].join('\n'),
  }),
};
