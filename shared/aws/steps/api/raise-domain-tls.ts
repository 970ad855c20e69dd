import { TryAgain } from '../../../model/errors.ts';
import type { StepOf } from '../../../model/step.ts';
import { type Json, textIn } from '../../readers/api-calls.ts';
import { fieldStep } from '../field-step.ts';
import { pollUntil } from '../polling.ts';
import { type Gateway, gatewayOf, orMoved } from './gateway.ts';

type RaiseTls = StepOf<'raise-domain-tls'>;

/** A domain that is moved to another certificate or policy answers so for minutes. */
const SETTLE_MS = 60_000;

const domainPath = (step: RaiseTls): string => `/domainnames/${encodeURIComponent(step.domain)}`;

/** A domain of HTTP and WebSocket APIs is the same resource: one call serves all (https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateDomainName.html). */
export const raiseDomainTls = fieldStep<'raise-domain-tls', string>({
  name: (step) => `the least TLS version of ${step.domain}`,
  from: (step) => step.from,
  to: (step) => step.to,
  read: async (deps, clients, step) => {
    const gateway = gatewayOf(deps, clients);
    const settled = await pollUntil(
      deps.clock,
      SETTLE_MS,
      () => readDomain(gateway, step),
      (domain) => domain.domainNameStatus !== 'UPDATING',
    );
    if (!settled) throw new TryAgain(`${step.domain} is still being updated`);
    return textIn(settled.securityPolicy);
  },
  write: async (deps, clients, step, value) => {
    const gateway = gatewayOf(deps, clients);
    await gateway.patch(domainPath(step), 'UpdateDomainName', [{ op: 'replace', path: '/securityPolicy', value }]);
  },
});

const readDomain = (gateway: Gateway, step: RaiseTls): Promise<Json> =>
  orMoved(gateway.get(domainPath(step), 'GetDomainName'), `the domain ${step.domain}`);
