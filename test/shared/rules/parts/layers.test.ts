import { Fact, FactName } from 'aws-cdk-lib/region-info';
import { describe, expect, it } from 'vitest';
import type { RuleContext } from '../../../../shared/model/rule.ts';
import { EXAMPLE_FUNCTION, EXAMPLE_NOW, EXAMPLE_SETTINGS } from '../../../../shared/rules/parts/example-context.ts';
import { layerPublisher } from '../../../../shared/rules/parts/layer-accounts.ts';
import { isTrustedLayer, layerOf } from '../../../../shared/rules/parts/layers.ts';

const context = (settings: Partial<RuleContext['settings']> = {}): RuleContext<'function'> => ({
  resource: EXAMPLE_FUNCTION,
  settings: { ...EXAMPLE_SETTINGS, ...settings },
  now: EXAMPLE_NOW,
});
const layer = (account: string) => `arn:aws:lambda:eu-central-1:${account}:layer:shared:7`;

describe('the accounts that publish layers', () => {
  it('hold every layer account that the CDK knows', () => {
    const named = Fact.regions.flatMap((region) =>
      ['x86_64', 'arm64'].flatMap((architecture) =>
        [
          ...['1.0.54.0', '1.0.333.0', '1.0.498.0'].map((version) =>
            FactName.cloudwatchLambdaInsightsVersion(version, architecture),
          ),
          ...['2.0.30', '2.0.122', '2.0.181'].map((version) => FactName.appConfigLambdaLayerVersion(version, architecture)),
          FactName.paramsAndSecretsLambdaLayer('1.0.103', architecture),
          FactName.adotLambdaLayer('JAVA_SDK', '1.30.0', architecture),
        ].flatMap((fact) => Fact.find(region, fact)?.split(':')[4] ?? []),
      ),
    );
    const accounts = [...new Set(named)];
    expect(accounts.length).toBeGreaterThan(60);
    expect(accounts.filter((account) => layerPublisher(account)?.startsWith('AWS ') !== true)).toEqual([]);
  });

  it('know their owners by twelve digits', () => {
    expect(layerPublisher('464622532012')).toBe('Datadog');
    expect(layerPublisher('580247275435')).toBe('AWS (Lambda Insights)');
    for (const nobody of ['999999999999', '', '580247275435 ', 'constructor']) expect(layerPublisher(nobody)).toBeUndefined();
  });
});

describe('a trusted layer', () => {
  it('comes from its own account, an allowed one, or a known publisher', () => {
    expect(isTrustedLayer(layer(EXAMPLE_FUNCTION.account), context())).toBe(true);
    expect(isTrustedLayer(layer('451483290750'), context())).toBe(true);
    expect(isTrustedLayer(layer('999999999999'), context())).toBe(false);
    expect(isTrustedLayer(layer('999999999999'), context({ allowedAccounts: ['999999999999'] }))).toBe(true);
    expect(isTrustedLayer(layer('999999999999'), context({ layerAccounts: ['999999999999'] }))).toBe(true);
  });

  it('is told by its account alone, not by a name', () => {
    expect(isTrustedLayer('arn:aws:lambda:eu-central-1:999999999999:layer:Datadog-Extension:64', context())).toBe(false);
    expect(layerOf('arn:aws:lambda:eu-central-1:999999999999:layer:shared:7')).toMatchObject({
      account: '999999999999',
      name: 'shared',
    });
    expect(layerOf('no ARN')).toMatchObject({ account: '', name: '' });
  });
});
