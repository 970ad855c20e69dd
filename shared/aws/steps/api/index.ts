import type { ApiStep } from '../../../model/steps/api.ts';
import type { HandlersOf } from '../handler.ts';
import { raiseDomainTls } from './raise-domain-tls.ts';
import { setRouteAuthorization } from './set-route-authorization.ts';
import { setStageAccessLog, setStageThrottling, setStageTracing } from './stage-settings.ts';

export const API_HANDLERS = {
  'set-route-authorization': setRouteAuthorization,
  'set-stage-throttling': setStageThrottling,
  'set-stage-access-log': setStageAccessLog,
  'set-stage-tracing': setStageTracing,
  'raise-domain-tls': raiseDomainTls,
} as const satisfies HandlersOf<ApiStep>;
