import type { ExposureStep } from '../../../model/steps/exposure.ts';
import type { HandlersOf } from '../handler.ts';
import { removePermission } from './remove-permission.ts';
import { requireUrlIamAuth } from './require-url-iam-auth.ts';

export const EXPOSURE_HANDLERS = {
  'remove-permission': removePermission,
  'require-url-iam-auth': requireUrlIamAuth,
} as const satisfies HandlersOf<ExposureStep>;
