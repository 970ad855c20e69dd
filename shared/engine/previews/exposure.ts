import type { ExposureStep } from '../../model/steps/exposure.ts';
import { type Previews, qualified, shownJson } from './words.ts';

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
};
