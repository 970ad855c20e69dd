import { defineConfig } from 'vitest/config';

// Two projects: `unit` needs nothing but Node; `cloud` starts the local cloud (set up by `npm test`) and runs one file at a time.
export default defineConfig({
  test: {
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
          fileParallelism: false,
        },
      },
    ],
  },
});
