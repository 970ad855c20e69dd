import type { ApiStep } from '../../model/steps/api.ts';
import { name } from '../rich-text.ts';
import { of, plural, say, type WordsOf } from './say.ts';

export const API_WORDS: WordsOf<ApiStep> = {
  'set-route-authorization': ({ target, protocol, routes, to }) =>
    say(
      { ask: 'Require', done: 'Required' },
      to.authorizerId === null ? 'IAM authorization on ' : 'an authorizer on ',
      plural(routes.length, protocol === 'REST' ? 'method' : 'route'),
      ' of the API ',
      of(target),
    ),
  'set-stage-throttling': ({ target, stage, to }) =>
    say(
      { ask: 'Limit', done: 'Limited' },
      'the stage ',
      name(stage, 60),
      ' of the API ',
      of(target),
      ` to ${to.rate} requests a second`,
    ),
  'set-stage-access-log': ({ target, stage }) =>
    say({ ask: 'Log', done: 'Logged' }, 'the requests of the stage ', name(stage, 60), ' of the API ', of(target)),
  'set-stage-tracing': ({ target, stage }) =>
    say({ ask: 'Trace', done: 'Traced' }, 'the stage ', name(stage, 60), ' of the API ', of(target)),
  'raise-domain-tls': ({ domain, to }) =>
    say(
      { ask: 'Ask', done: 'Asked' },
      'for ',
      to.replace(/_/g, ' ').replace('TLS 1 ', 'TLS 1.'),
      ' at least on ',
      name(domain, 100),
    ),
};
