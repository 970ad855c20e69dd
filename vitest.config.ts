import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

// Two projects: `unit` needs nothing but Node; then `cloud`, where each file starts a local cloud of its own (set up by `npm test`), two at a time.
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/**/*.cloud.test.ts'], testTimeout: 20_000 },
      },
      {
        extends: true,
        test: {
          name: 'cloud',
          include: ['test/**/*.cloud.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          expect: { poll: { timeout: 60_000 } },
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
