import type { ApiFacts } from '../../model/state.ts';
import type { Declared, World } from '../declared.ts';
import { referring } from '../references.ts';
import { at, listOf, NotTold, textOf } from '../values.ts';

type Domain = ApiFacts['domains'][number];
const TLS: readonly Domain['minimumTls'][] = ['TLS_1_0', 'TLS_1_2', 'TLS_1_3'];
const DOMAIN_TYPES = ['AWS::ApiGateway::DomainName', 'AWS::ApiGatewayV2::DomainName'];

/** The custom domains that the template maps to an API. @throws NotTold for one that it does not have. */
export function domainsOf(world: World, api: Declared): Domain[] {
  const mappings =
    api.type === 'AWS::ApiGateway::RestApi'
      ? [
          ...referring(world, 'AWS::ApiGateway::BasePathMapping', 'RestApiId', api),
          ...referring(world, 'AWS::ApiGatewayV2::ApiMapping', 'ApiId', api),
        ]
      : referring(world, 'AWS::ApiGatewayV2::ApiMapping', 'ApiId', api);
  const names = new Set(mappings.map(({ properties }) => textOf(properties.DomainName) ?? ''));
  return [...names].map((name) => {
    const domain = world.find(name, ...DOMAIN_TYPES);
    if (!domain) throw new NotTold(`the template does not have the domain ${name}`);
    return { name, minimumTls: minimumTlsOf(domain) };
  });
}

/** The weakest of its configurations counts. HTTP and WebSocket APIs know TLS 1.2 only. */
function minimumTlsOf({ type, properties, logicalId }: Declared): Domain['minimumTls'] {
  const isNew = type === 'AWS::ApiGatewayV2::DomainName';
  const written = isNew
    ? listOf(properties.DomainNameConfigurations).map((one) => textOf(at(one, 'SecurityPolicy')) ?? 'TLS_1_2')
    : [textOf(properties.SecurityPolicy)];
  const versions = (written.length === 0 ? ['TLS_1_2'] : written).map((policy) =>
    policy === undefined ? undefined : tlsOf(policy),
  );
  if (versions.includes(undefined))
    throw new NotTold(`the security policy of ${logicalId} is AWS's to choose, or one that Cinch does not know`);
  return TLS.find((version) => versions.includes(version)) ?? 'TLS_1_0';
}

/** `TLS_1_2`, or one of the named policies (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html). */
function tlsOf(policy: string): Domain['minimumTls'] | undefined {
  if (policy.startsWith('TLS_')) return TLS.find((version) => version === policy);
  if (/^SecurityPolicy_TLS13_1_3_|^SecurityPolicy_TLS13_2025_/.test(policy)) return 'TLS_1_3';
  return /^SecurityPolicy_TLS1[23]_(?:1_2_|\d{4}_|PFS_)/.test(policy) ? 'TLS_1_2' : undefined;
}
