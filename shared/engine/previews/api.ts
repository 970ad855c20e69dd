import type { ApiStep, RouteAuthorization } from '../../model/steps/api.ts';
import type { Previews } from './words.ts';

const shown = ({ type, authorizerId }: RouteAuthorization): string =>
  authorizerId ? `${type} (authorizer ${authorizerId})` : type;

export const API_PREVIEWS: Previews<ApiStep> = {
  'set-route-authorization': ({ target, routes, to }) => ({
    title: `Authorization of the API ${target.name}`,
    before: routes.map(({ key, from }) => `${key}: ${shown(from)}`).join('\n'),
    after: routes.map(({ key }) => `${key}: ${shown(to)}`).join('\n'),
  }),
  'set-stage-throttling': ({ target, stage, from, to }) => ({
    title: `Limits of the stage ${stage} of the API ${target.name}`,
    before: from ? `${from.rate} requests a second, bursts of ${from.burst}` : 'none but the account’s',
    after: `${to.rate} requests a second, bursts of ${to.burst}`,
  }),
  'set-stage-access-log': ({ target, stage, to }) => ({
    title: `Access log of the stage ${stage} of the API ${target.name}`,
    before: 'none',
    after: `${to.destinationArn}\n${to.format}`,
  }),
  'set-stage-tracing': ({ target, stage }) => ({
    title: `Tracing of the stage ${stage} of the API ${target.name}`,
    before: 'off',
    after: 'on',
  }),
  'raise-domain-tls': ({ domain, from, to }) => ({ title: `Least TLS version of ${domain}`, before: from, after: to }),
};
