import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { ApiFacts } from '../../model/state.ts';
import { listed } from '../parts/words.ts';

const NEEDS = ['domains'] as const;
type Seen = Pick<ApiFacts, (typeof NEEDS)[number]>;

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-custom-domain-tls-version.html: only REST APIs may still choose TLS 1.0. */
function evaluate({ domains }: Seen, { resource }: RuleContext<'api'>): Violation | undefined {
  const old = domains.filter((domain) => domain.minimumTls === 'TLS_1_0').map((domain) => domain.name);
  if (old.length === 0) return undefined;
  return {
    summary: `old TLS versions (1.0, 1.1) are still spoken on its ${old.length === 1 ? 'domain' : 'domains'} ${listed(old)}`,
    evidence: old.map((name) => ({ path: `domain ${name}: securityPolicy`, found: 'TLS_1_0', expected: 'TLS_1_2 or newer' })),
    remedy: {
      kind: 'steps',
      steps: old.map((domain) => ({ kind: 'raise-domain-tls', target: resource, domain, from: 'TLS_1_0', to: 'TLS_1_2' })),
    },
  };
}

export default defineRule({
  id: 'apigateway-domain-tls-outdated',
  title: "An API's domains speak TLS 1.2 at least",
  severity: 'medium',
  resource: 'api',
  checklist: ['fsbp-APIGateway.11', 'wa-SEC09-BP02'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'no domain', state: { domains: [] } },
      {
        name: 'TLS 1.2 and 1.3',
        state: {
          domains: [
            { name: 'api.example.com', minimumTls: 'TLS_1_2' },
            { name: 'next.example.com', minimumTls: 'TLS_1_3' },
          ],
        },
      },
    ],
    violates: [
      {
        name: 'a domain with TLS 1.0',
        state: { domains: [{ name: 'api.example.com', minimumTls: 'TLS_1_0' }] },
      },
      {
        name: 'one of two that an HTTP API shares with a REST API',
        state: {
          domains: [
            { name: 'api.example.com', minimumTls: 'TLS_1_2' },
            { name: 'old.example.com', minimumTls: 'TLS_1_0' },
          ],
        },
      },
    ],
  },
});
