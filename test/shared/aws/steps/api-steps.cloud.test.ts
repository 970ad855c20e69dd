import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refused, StateMoved } from '../../../../shared/model/errors.ts';
import type { StepOf } from '../../../../shared/model/step.ts';
import { type MemberCloud, startMemberCloud } from '../cloud/member-cloud.ts';
import { stepsOf } from '../cloud/step-bench.ts';
import { httpApi, restApi } from './scenarios/api.ts';

let cloud: MemberCloud;
beforeAll(async () => {
  cloud = await startMemberCloud();
});
afterAll(() => cloud?.stop());

const NONE = { type: 'NONE', authorizerId: null } as const;
const requireIam = (
  target: StepOf<'set-route-authorization'>['target'],
  protocol: 'REST' | 'HTTP',
): StepOf<'set-route-authorization'> => ({
  kind: 'set-route-authorization',
  target,
  protocol,
  routes: [{ key: 'GET /orders', from: NONE }],
  to: { type: 'AWS_IAM', authorizerId: null },
});

describe('a REST API whose methods get an authorization', () => {
  it('serves it only with a deployment, and serves the old one after undo', async () => {
    const { rest, api, target } = await restApi(cloud);
    const served = async () => (await rest('GET', `${api}/stages/prod`)).deploymentId;
    const before = await served();
    const step = requireIam(target, 'REST');
    const steps = stepsOf(cloud);
    const captured = await steps.capture(step);

    const receipt = await steps.apply(step, captured);
    expect(await served()).not.toBe(before);

    expect(await steps.undo(step, captured, receipt)).toEqual([]);
    expect(await served()).toBe(before);
    expect((await rest('GET', `${api}/deployments`)).item).toHaveLength(1);
  });

  it('is left alone while somebody’s changes wait to be deployed: a deployment would publish them', async () => {
    const { rest, api, target, ordersId } = await restApi(cloud);
    await rest('PUT', `${api}/resources/${ordersId}/methods/DELETE`, { authorizationType: 'NONE', apiKeyRequired: false });
    const capture = stepsOf(cloud).capture(requireIam(target, 'REST'));
    await expect(capture).rejects.toThrow(Refused);
    await expect(capture).rejects.toThrow(/wait to be deployed to prod/);
  });

  it('keeps what somebody deployed and set since, and says so', async () => {
    const { rest, api, target, ordersId } = await restApi(cloud);
    const step = requireIam(target, 'REST');
    const steps = stepsOf(cloud);
    const captured = await steps.capture(step);
    const receipt = await steps.apply(step, captured);
    const method = `${api}/resources/${ordersId}/methods/GET`;
    await rest('PATCH', method, { patchOperations: [{ op: 'replace', path: '/authorizationType', value: 'CUSTOM' }] });
    const { id } = await rest('POST', `${api}/deployments`, { stageName: 'prod' });

    expect(await steps.undo(step, captured, receipt)).toEqual([
      `somebody deployed the API ${target.name} to prod since: deploy it again to serve the old authorization`,
      'the authorization of GET /orders was changed since',
    ]);
    expect((await rest('GET', `${api}/stages/prod`)).deploymentId).toBe(id);
    expect((await rest('GET', method)).authorizationType).toBe('CUSTOM');
  });

  it('goes on where a run was cut off after the deployment, without a second one', async () => {
    const { rest, api, target } = await restApi(cloud);
    const step = requireIam(target, 'REST');
    const steps = stepsOf(cloud);
    const captured = await steps.capture(step);
    const first = await steps.apply(step, captured);
    expect(await steps.apply(step, captured)).toEqual(first);
    expect((await rest('GET', `${api}/deployments`)).item).toHaveLength(2);
  });
});

describe('an API that is not as it was', () => {
  it('has moved when a route is gone, changed, or the API is no more', async () => {
    const { rest, api, target } = await httpApi(cloud);
    const step = requireIam(target, 'HTTP');
    const steps = stepsOf(cloud);
    const gone = { ...step, routes: [{ key: 'GET /nothing', from: NONE }] };
    await expect(steps.capture(gone)).rejects.toThrow(StateMoved);
    const changed = { ...step, routes: [{ key: 'GET /orders', from: { type: 'JWT', authorizerId: 'a' } as const }] };
    await expect(steps.capture(changed)).rejects.toThrow(StateMoved);
    await rest('DELETE', api);
    await expect(steps.capture(step)).rejects.toThrow(StateMoved);
  });

  it('is not deployed by Cinch when it does not deploy by itself', async () => {
    const { rest, api, target } = await httpApi(cloud);
    await rest('POST', `${api}/stages`, { stageName: 'manual', autoDeploy: false });
    await expect(stepsOf(cloud).capture(requireIam(target, 'HTTP'))).rejects.toThrow(/manual .* does not deploy by itself/);
  });

  it('keeps the limits that somebody set since', async () => {
    const { rest, api, target } = await restApi(cloud);
    const step = { kind: 'set-stage-throttling', target, stage: 'prod', from: null, to: { rate: 100, burst: 200 } } as const;
    const steps = stepsOf(cloud);
    const captured = await steps.capture(step);
    const receipt = await steps.apply(step, captured);
    const patchOperations = [{ op: 'replace', path: '/*/*/throttling/rateLimit', value: '7' }];
    await rest('PATCH', `${api}/stages/prod`, { patchOperations });

    expect(await steps.verify(step, captured, receipt)).toMatch(/not as it was set/);
    expect(await steps.undo(step, captured, receipt)).toEqual([
      `somebody changed the limits of the stage prod of the API ${target.name} since`,
    ]);
    await expect(steps.capture(step)).rejects.toThrow(StateMoved);
  });
});
