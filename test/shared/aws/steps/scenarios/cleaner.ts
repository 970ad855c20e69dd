import { aFunction } from './first-steps.ts';
import type { Scenario } from './scenario.ts';

const scenario = (what: string, variables: Record<string, string>, keep: readonly string[]): Scenario => ({
  kind: 'add-tmp-cleaner',
  what,
  prepare: async (cloud) => {
    const { target, look } = await aFunction(cloud, { Environment: { Variables: { TABLE: 'orders', ...variables } } });
    return { step: { kind: 'add-tmp-cleaner', target, architecture: 'x86_64', keep }, look };
  },
});

export const CLEANER_SCENARIOS: readonly Scenario[] = [
  scenario('alone', {}, []),
  scenario('before an own wrapper, with paths that stay', { AWS_LAMBDA_EXEC_WRAPPER: '/opt/own' }, ['/tmp/model']),
];
