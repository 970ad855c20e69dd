import { describe, expect, it } from 'vitest';
import { actionNamed, actionsOfService } from '../../../shared/policy/action-table.ts';
import { SERVICE_ROLES, servicesPassedTo } from '../../../shared/policy/passed-services.ts';
import { exampleAllow, exampleInline } from '../../../shared/rules/parts/example-role.ts';

const passedTo = (...actions: string[]) => servicesPassedTo([exampleInline('p', exampleAllow(actions))]);

describe('servicesPassedTo', () => {
  it('names the services of the actions that take a role', () => {
    expect(passedTo('lambda:UpdateFunctionConfiguration', 'GLUE:createjob', 'logs:*', 's3:GetObject')).toBeUndefined();
    expect(passedTo('lambda:UpdateFunctionConfiguration', 'GLUE:createjob', 'logs:Put*Events', 's3:PutObject')).toEqual([
      'glue.amazonaws.com',
      'lambda.amazonaws.com',
    ]);
    expect(passedTo('ecs:*')).toEqual(['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com', 'ecs.amazonaws.com']);
  });

  it('names none when none takes one, reading anything included', () => {
    expect(passedTo('dynamodb:PutItem', 'iot:DescribeThing', 'ec2:CreateNetworkInterface', 'ssm:PutParameter')).toEqual([]);
  });

  it('does not guess', () => {
    for (const action of ['iot:CreateTopicRule', 'sagemaker:RenderUiTemplate', 's3:PutReplicationConfiguration', '*', 'x:Y'])
      expect(passedTo('lambda:CreateFunction', action)).toBeUndefined();
  });
});

describe('the table', () => {
  it.each(Object.entries(SERVICE_ROLES))('names actions of %s that exist', (service, { takers = {}, unsaid, none }) => {
    expect(actionsOfService(service).length).toBeGreaterThan(0);
    const names = [...Object.values(takers), unsaid, none].flatMap((text) => text?.split(' ') ?? []);
    const gone = names.filter((name) => !name.includes('*') && actionNamed(`${service}:${name}`) === undefined);
    expect(gone).toEqual([]);
    for (const to of Object.keys(takers)) expect(to).toMatch(/^[a-z0-9.-]+\.amazonaws\.com$/);
  });
});
