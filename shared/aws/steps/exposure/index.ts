import type { ExposureStep } from '../../../model/steps/exposure.ts';
import type { HandlersOf } from '../handler.ts';
import { narrowUrlCors } from './narrow-url-cors.ts';
import { removeLayerPermission } from './remove-layer-permission.ts';
import { removePermission } from './remove-permission.ts';
import { requireUrlIamAuth } from './require-url-iam-auth.ts';

export const EXPOSURE_HANDLERS = {
  'remove-permission': removePermission,
  'require-url-iam-auth': requireUrlIamAuth,
  'narrow-url-cors': narrowUrlCors,
  'remove-layer-permission': removeLayerPermission,
} as const satisfies HandlersOf<ExposureStep>;
