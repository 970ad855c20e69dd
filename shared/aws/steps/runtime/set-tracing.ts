import { configField } from '../field-step.ts';
import { policyNameOf } from './policy-names.ts';
import { grantingStep } from './role-grant.ts';

export const setTracing = grantingStep<'set-tracing', string>({
  ...configField<'set-tracing', string>({
    name: (step) => `the tracing of ${step.target.name}`,
    from: () => 'PassThrough',
    to: () => 'Active',
    pick: (config) => config.TracingConfig?.Mode ?? 'PassThrough',
    change: (mode) => ({ TracingConfig: { Mode: mode === 'Active' ? 'Active' : 'PassThrough' } }),
  }),
  policyName: (step) => policyNameOf('tracing', step.target),
  functionOf: async (_deps, _clients, step) => ({ FunctionName: step.target.name }),
});
