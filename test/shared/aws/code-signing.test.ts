import { describe, expect, it } from 'vitest';
import { makeCodeSigning } from '../../../shared/aws/readers/function-config.ts';
import type { FunctionReads } from '../../../shared/aws/readers/function-reads.ts';
import { functionResource } from '../../../shared/model/resource.ts';

const ARN = 'arn:aws:lambda:eu-central-1:222222222222:code-signing-config:csc-0123456789abcdef0';

/** Lambda as AWS's reference has its answers: the local cloud makes no code signing configurations. */
function signingOf(answers: { arn?: string | Error; onUntrusted?: string; signingJobArn?: string }) {
  const calls: string[] = [];
  const send = async (command: { constructor: { name: string } }) => {
    const name = command.constructor.name.replace(/Command$/, '');
    calls.push(name);
    if (name === 'GetCodeSigningConfig')
      return { CodeSigningConfig: { CodeSigningPolicies: { UntrustedArtifactOnDeployment: answers.onUntrusted } } };
    if (answers.arn instanceof Error) throw answers.arn;
    return { FunctionName: 'f', CodeSigningConfigArn: answers.arn };
  };
  const resource = functionResource('222222222222', 'eu-central-1', 'f');
  const config = async () => ({ SigningJobArn: answers.signingJobArn });
  const read = { resource, config, clients: { lambda: { send } } } as unknown as FunctionReads;
  return { calls, ...makeCodeSigning(read) };
}

describe('code signing', () => {
  it.each(['Warn', 'Enforce'] as const)('that should %s, read once for both facts', async (onUntrusted) => {
    const signing = signingOf({ arn: ARN, onUntrusted });
    expect(await Promise.all([signing.codeSigned(), signing.codeSigning()])).toEqual([true, { configArn: ARN, onUntrusted }]);
    expect(signing.calls).toEqual(['GetFunctionCodeSigningConfig', 'GetCodeSigningConfig']);
  });

  it('none, also where the region has none, and code that is signed without', async () => {
    const absent = Object.assign(new Error('no'), { name: 'ResourceNotFoundException' });
    for (const answers of [{ arn: '' }, {}, { arn: absent }]) {
      const signing = signingOf(answers);
      expect(await Promise.all([signing.codeSigned(), signing.codeSigning()])).toEqual([false, null]);
    }
    expect(await signingOf({ signingJobArn: 'arn:job' }).codeSigned()).toBe(true);
  });

  it('a policy that is new to Cinch is unknown', async () => {
    expect(await signingOf({ arn: ARN, onUntrusted: 'Quarantine' }).codeSigning()).toEqual({
      unknown: expect.stringContaining(ARN),
    });
  });
});
