import { API_ROWS, type ApiStep } from './steps/api.ts';
import { CLEANER_ROWS, type CleanerStep } from './steps/cleaner.ts';
import { EXPOSURE_ROWS, type ExposureStep } from './steps/exposure.ts';
import { ROLES_ROWS, type RolesStep } from './steps/roles.ts';
import { RUNTIME_ROWS, type RuntimeStep } from './steps/runtime.ts';
import { SECRETS_ROWS, type SecretsStep } from './steps/secrets.ts';
import { SOURCES_ROWS, type SourcesStep } from './steps/sources.ts';
import type { StepRows } from './steps/step-row.ts';
import { TIMEOUT_ROWS, type TimeoutStep } from './steps/timeout.ts';

/** The closed union of changes Cinch can make to an account. Each carries what was there before, so that a moved state is seen. No step ever carries a secret's value. */
export type Step = TimeoutStep | SecretsStep | ExposureStep | RolesStep | RuntimeStep | CleanerStep | SourcesStep | ApiStep;

export type StepKind = Step['kind'];
export type StepOf<K extends StepKind> = Extract<Step, { kind: K }>;

/** One row a step: the write role's policy, docs/permissions.md, docs/remedies.md and the tests are made from these. */
export const STEP_ROWS: StepRows<Step> = {
  ...TIMEOUT_ROWS,
  ...SECRETS_ROWS,
  ...EXPOSURE_ROWS,
  ...ROLES_ROWS,
  ...RUNTIME_ROWS,
  ...CLEANER_ROWS,
  ...SOURCES_ROWS,
  ...API_ROWS,
};

export type { PermissionStatement } from './steps/exposure.ts';
export {
  isChange,
  type Permission,
  type PermissionScope,
  STEP_FAMILIES,
  type StepFamily,
  type StepRow,
} from './steps/step-row.ts';
