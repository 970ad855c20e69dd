// Written by `npm run generate` from the files beside it.
import type { AnyRule } from '../model/rule.ts';
import iamRoleOverbroad from './iam/role-overbroad.ts';
import lambdaEnvironmentPlaintextSecret from './lambda/environment-plaintext-secret.ts';
import lambdaPolicyPublic from './lambda/policy-public.ts';
import lambdaRoleShared from './lambda/role-shared.ts';
import lambdaTimeoutExcessive from './lambda/timeout-excessive.ts';
import lambdaUrlUnauthenticated from './lambda/url-unauthenticated.ts';

export const RULES: readonly AnyRule[] = [
  iamRoleOverbroad,
  lambdaEnvironmentPlaintextSecret,
  lambdaPolicyPublic,
  lambdaRoleShared,
  lambdaTimeoutExcessive,
  lambdaUrlUnauthenticated,
];
