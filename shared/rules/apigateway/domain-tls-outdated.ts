import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { ApiFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { listed } from '../parts/words.ts';

const NEEDS = ['protocol', 'domains'] as const;
type Seen = Pick<ApiFacts, (typeof NEEDS)[number]>;

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-custom-domain-tls-version.html: only REST APIs may still choose TLS 1.0. */
function evaluate({ protocol, domains }: Seen, { resource }: RuleContext<'api'>): Violation | undefined {
  const old = domains.filter((domain) => domain.minimumTls === 'TLS_1_0').map((domain) => domain.name);
  if (old.length === 0) return undefined;
  const change =
    protocol === 'REST'
      ? `aws apigateway update-domain-name --domain-name ${old[0]} --region ${resource.region} --patch-operations op=replace,path=/securityPolicy,value=TLS_1_2`
      : `aws apigatewayv2 update-domain-name --domain-name ${old[0]} --region ${resource.region} --domain-name-configurations CertificateArn=<arn>,SecurityPolicy=TLS_1_2`;
  return {
    summary: `old TLS versions (1.0, 1.1) are still spoken on its ${old.length === 1 ? 'domain' : 'domains'} ${listed(old)}`,
    evidence: old.map((name) => ({ path: `domain ${name}: securityPolicy`, found: 'TLS_1_0', expected: 'TLS_1_2 or newer' })),
    remedy: byHand('Clients too old for TLS 1.2 would be cut off.', `Raise the least version: ${change}.`),
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
      { name: 'no domain', state: { protocol: 'REST', domains: [] } },
      {
        name: 'TLS 1.2 and 1.3',
        state: {
          protocol: 'REST',
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
        state: { protocol: 'REST', domains: [{ name: 'api.example.com', minimumTls: 'TLS_1_0' }] },
      },
      {
        name: 'one of two that an HTTP API shares with a REST API',
        state: {
          protocol: 'HTTP',
          domains: [
            { name: 'api.example.com', minimumTls: 'TLS_1_2' },
            { name: 'old.example.com', minimumTls: 'TLS_1_0' },
          ],
        },
      },
    ],
  },
});
