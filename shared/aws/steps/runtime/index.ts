import type { RuntimeStep } from '../../../model/steps/runtime.ts';
import type { HandlersOf } from '../handler.ts';
import { attachVpc } from './attach-vpc.ts';
import { removeVariables } from './remove-variables.ts';
import { setAsyncConfig } from './set-async-config.ts';
import { setConcurrency } from './set-concurrency.ts';
import { setLogKey } from './set-log-key.ts';
import { setLogRetention } from './set-log-retention.ts';
import { setMappingDestination } from './set-mapping-destination.ts';
import { setTracing } from './set-tracing.ts';
import { upgradeRuntime } from './upgrade-runtime.ts';

export const RUNTIME_HANDLERS = {
  'remove-variables': removeVariables,
  'set-concurrency': setConcurrency,
  'set-tracing': setTracing,
  'set-async-config': setAsyncConfig,
  'set-mapping-destination': setMappingDestination,
  'set-log-retention': setLogRetention,
  'set-log-key': setLogKey,
  'attach-vpc': attachVpc,
  'upgrade-runtime': upgradeRuntime,
} as const satisfies HandlersOf<RuntimeStep>;
