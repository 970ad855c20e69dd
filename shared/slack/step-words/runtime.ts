import type { RuntimeStep } from '../../model/steps/runtime.ts';
import { name, words } from '../rich-text.ts';
import { of, plural, say, type WordsOf } from './say.ts';

const ofQualifier = (qualifier: string | null) => (qualifier === null ? [] : [words(', alias or version '), name(qualifier, 60)]);
const lastPart = (arn: string) => name(arn.slice(Math.max(arn.lastIndexOf(':'), arn.lastIndexOf('/')) + 1));

export const RUNTIME_WORDS: WordsOf<RuntimeStep> = {
  'remove-variables': (step) => {
    const shown = step.variables.slice(0, 3).flatMap((variable, index) => [words(index === 0 ? ' ' : ', '), name(variable, 60)]);
    const more = step.variables.length > 3 ? ` and ${step.variables.length - 3} more` : '';
    const noun = step.variables.length === 1 ? 'the variable' : plural(step.variables.length, 'variable');
    return say({ ask: 'Remove', done: 'Removed' }, noun, ...shown, `${more} of `, of(step.target));
  },
  'set-concurrency': (step) => {
    if (step.to === 0)
      return say(
        { ask: 'Quarantine', done: 'Quarantined' },
        of(step.target),
        ' so that it no longer runs (reserved concurrency 0)',
      );
    if (step.to === null) return say({ ask: 'Remove', done: 'Removed' }, 'the reserved concurrency of ', of(step.target));
    const before = step.from === null ? '' : ` in place of ${step.from}`;
    return say({ ask: 'Reserve', done: 'Reserved' }, `a concurrency of ${step.to}${before} for `, of(step.target));
  },
  'set-tracing': (step) => say({ ask: 'Trace', done: 'Now tracing' }, 'the invocations of ', of(step.target), ' with X-Ray'),
  'set-async-config': (step) =>
    step.from?.onFailureArn === step.to.onFailureArn || step.to.onFailureArn === null
      ? say(
          { ask: 'Limit', done: 'Limited' },
          `the age of events for `,
          of(step.target),
          ...ofQualifier(step.qualifier),
          ` to ${step.to.maximumAgeSeconds} s`,
        )
      : say(
          { ask: 'Send', done: 'Now sending' },
          'events that ',
          of(step.target),
          ...ofQualifier(step.qualifier),
          ' fails on to ',
          lastPart(step.to.onFailureArn),
        ),
  'set-mapping-destination': (step) =>
    say(
      { ask: 'Send', done: 'Now sending' },
      'records that ',
      of(step.target),
      ' fails on to ',
      lastPart(step.to),
      ', by its mapping ',
      name(step.mappingId, 60),
    ),
  'set-log-retention': (step) =>
    say({ ask: 'Keep', done: 'Now keeping' }, 'the logs in ', name(step.logGroupName), ` for ${plural(step.toDays, 'day')}`),
  'set-log-key': (step) =>
    say({ ask: 'Encrypt', done: 'Now encrypting' }, 'the logs in ', name(step.logGroupName), ' under ', lastPart(step.keyArn)),
  'attach-vpc': (step) =>
    say(
      { ask: 'Attach', done: 'Attached' },
      of(step.target),
      ` to ${plural(step.subnetIds.length, 'subnet')} of a VPC with `,
      name(step.securityGroupIds[0] ?? ''),
      step.securityGroupIds.length > 1 ? ` and ${step.securityGroupIds.length - 1} more` : ' ',
    ),
  'upgrade-runtime': (step) =>
    say({ ask: 'Move', done: 'Moved' }, of(step.target), ' from ', name(step.from, 30), ' to ', name(step.to, 30)),
};
