import * as z from 'zod/mini';
import { approvalsDocument } from '../../cli/approvals/document.ts';
import { checkDocument } from '../../cli/check/document.ts';
import { configDocument } from '../../cli/config/document.ts';
import { costDocument } from '../../cli/cost/document.ts';
import { doctorDocument } from '../../cli/doctor/document.ts';
import { explainDocument } from '../../cli/explain/document.ts';
import { findingsDocument } from '../../cli/export/document.ts';
import { policyDocument } from '../../cli/policy/document.ts';
import { redriveDocument } from '../../cli/redrive/document.ts';
import { replayDocument } from '../../cli/replay/document.ts';
import { reportDocument } from '../../cli/report/document.ts';
import { rulesDocument } from '../../cli/rules/document.ts';
import { scanDocument } from '../../cli/scan/document.ts';
import { secretsDocument } from '../../cli/secrets/document.ts';
import { traceDocument } from '../../cli/trace/document.ts';
import { validateDocument } from '../../cli/validate/document.ts';

/** What each command prints with `--format json`, by the command's name. */
export const DOCUMENTS = {
  approvals: approvalsDocument,
  check: checkDocument,
  findings: findingsDocument,
  cost: costDocument,
  config: configDocument,
  explain: explainDocument,
  doctor: doctorDocument,
  policy: policyDocument,
  replay: replayDocument,
  redrive: redriveDocument,
  report: reportDocument,
  rules: rulesDocument,
  scan: scanDocument,
  secrets: secretsDocument,
  trace: traceDocument,
  validate: validateDocument,
} as const;

/** docs/schemas/<command>.schema.json. */
export function documentSchemas(): { path: string; text: string }[] {
  return Object.entries(DOCUMENTS).map(([command, document]) => {
    const schema = { title: `The document of \`cinch ${command} --format json\``, ...z.toJSONSchema(document) };
    return { path: `docs/schemas/${command}.schema.json`, text: `${JSON.stringify(schema, null, 2)}\n` };
  });
}
