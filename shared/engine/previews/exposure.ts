import type { CorsReach, ExposureStep } from '../../model/steps/exposure.ts';
import { type Previews, qualified, shownJson } from './words.ts';

const corsShown = ({ allowOrigins, allowCredentials }: CorsReach): string =>
  `origins: ${allowOrigins.join(', ')}\nwith the visitor’s credentials: ${allowCredentials ? 'yes' : 'no'}`;

export const EXPOSURE_PREVIEWS: Previews<ExposureStep> = {
  'remove-permission': (step) => ({
    title: `Policy of ${qualified(step.target.name, step.qualifier)}`,
    before: step.statements.map(({ text }) => shownJson(text)).join('\n'),
    after: '',
  }),
  'require-url-iam-auth': (step) => ({
    title: `Authentication of the URL of ${qualified(step.target.name, step.qualifier)}`,
    before: 'NONE: anybody who knows the address may call it',
    after: 'AWS_IAM: callers sign, and need lambda:InvokeFunctionUrl',
  }),
  'narrow-url-cors': (step) => ({
    title: `CORS of the URL of ${qualified(step.target.name, step.qualifier)}`,
    before: corsShown(step.from),
    after: corsShown(step.to),
  }),
  'remove-layer-permission': (step) => ({
    title: `Policy of ${step.layerArn}`,
    before: shownJson(step.statement.text),
    after: '',
  }),
};
