import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes a minute or more must not begin last: one of the workers would end it alone, and the other wait. */
const LONG = ['faults', 'bad-luck', 'guard', 'page', 'runtime-steps', 'waiting', 'upgrade-under-load'].map(
  (name) => `/${name}.cloud.test.ts`,
);

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = LONG.findIndex((end) => moduleId.endsWith(end));
      return index < 0 ? LONG.length : index;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}
