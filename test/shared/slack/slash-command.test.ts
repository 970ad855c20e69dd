import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HELP, parseSlashCommand } from '../../../shared/slack/slash-command.ts';

const ARN = 'arn:aws:lambda:eu-central-1:222222222222:function:report-export';

describe('what is typed after /cinch', () => {
  it.each<[string, object]>([
    ['', { verb: 'help' }],
    ['help', { verb: 'help' }],
    ['  STATUS ', { verb: 'status' }],
    ['resume', { verb: 'resume' }],
    ['stop deploys look wrong', { verb: 'stop', reason: 'deploys look wrong' }],
    ['reset 222222222222', { verb: 'reset', account: '222222222222' }],
    [
      `exempt lambda-policy-public ${ARN} 30 a  demo`,
      { verb: 'exempt', rule: 'lambda-policy-public', arn: ARN, days: 30, reason: 'a demo' },
    ],
  ])('%j is understood', (text, command) => {
    expect(parseSlashCommand(text)).toEqual(command);
  });

  it.each([
    ['status now', /nothing more/],
    ['resume all', /nothing more/],
    ['stop', /Say why/],
    [`stop ${'x'.repeat(501)}`, /at most 500/],
    ['reset', /12 digits/],
    ['reset 22222222222', /12 digits/],
    ['reset 222222222222 333333333333', /12 digits/],
    ['exempt', /Name the rule/],
    [`exempt * ${ARN} 30 x`, /Name the rule/],
    ['exempt lambda-policy-public report-export 30 x', /whole ARN/],
    [`exempt lambda-policy-public ${ARN} 0 x`, /1 to 365/],
    [`exempt lambda-policy-public ${ARN} 366 x`, /1 to 365/],
    [`exempt lambda-policy-public ${ARN} 1e2 x`, /1 to 365/],
    [`exempt lambda-policy-public ${ARN} 30`, /Say why/],
    ['approve everything', /no command/],
    ['constructor', /no command/],
  ])('%j is answered with what is wrong', (text, words) => {
    expect(parseSlashCommand(text)).toEqual({ problem: expect.stringMatching(words) });
  });

  it('is never an error, whatever it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseSlashCommand(text)));
  });

  it('is told in the help', () => {
    for (const verb of ['status', 'exempt', 'stop', 'resume', 'reset']) expect(HELP).toContain(`/cinch ${verb}`);
  });
});
