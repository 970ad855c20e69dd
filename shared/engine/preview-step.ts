import type { Preview } from '../model/plan.ts';
import type { Step } from '../model/step.ts';
import { API_PREVIEWS } from './previews/api.ts';
import { CLEANER_PREVIEWS } from './previews/cleaner.ts';
import { EXPOSURE_PREVIEWS } from './previews/exposure.ts';
import { ROLES_PREVIEWS } from './previews/roles.ts';
import { RUNTIME_PREVIEWS } from './previews/runtime.ts';
import { SECRETS_PREVIEWS } from './previews/secrets.ts';
import { SOURCES_PREVIEWS } from './previews/sources.ts';
import { TIMEOUT_PREVIEWS } from './previews/timeout.ts';
import type { Previews } from './previews/words.ts';

const PREVIEWS: Previews<Step> = {
  ...API_PREVIEWS,
  ...CLEANER_PREVIEWS,
  ...EXPOSURE_PREVIEWS,
  ...ROLES_PREVIEWS,
  ...RUNTIME_PREVIEWS,
  ...SECRETS_PREVIEWS,
  ...SOURCES_PREVIEWS,
  ...TIMEOUT_PREVIEWS,
};

/** What a step will change, for people. Told from the step alone, so that who only plans needs no code that writes. Never holds a secret's value. */
export function previewStep(step: Step): Preview {
  // The table has exactly one row a kind; the compiler can't follow the union through the index.
  const row = PREVIEWS[step.kind] as (step: Step) => Preview;
  return row(step);
}
