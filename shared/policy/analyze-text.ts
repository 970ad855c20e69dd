import { MalformedInput } from '../model/errors.ts';
import type { PolicyDocument } from '../model/policy-document.ts';
import type { Severity } from '../model/rule.ts';
import { analyzeGrants } from './analyze-grants.ts';
import { analyzePrincipals } from './analyze-principals.ts';
import type { PolicyFinding, PolicyFindingId } from './finding.ts';
import { placeOfJsonError } from './json-place.ts';
import { parsePolicyObject } from './parse.ts';
import { resolveReferences } from './references.ts';
import { checkStructure } from './structure.ts';

/** A finding as `cinch policy --format json` prints it. */
export interface PrintedFinding {
  readonly id: PolicyFindingId;
  readonly severity: Severity;
  /** Indexes into the document's statements. */
  readonly statements: readonly number[];
  readonly actions: readonly string[];
  readonly message: string;
  readonly method?: string;
}

export type PolicyAnswer =
  | { readonly file: string; readonly findings: readonly PrintedFinding[] }
  | {
      readonly file: string;
      /** `where` is a place in the document (`Statement[0].Condition`) or in the text (`line 3, column 7`). */
      readonly error: { readonly message: string; readonly where: string };
    };

/** Every write on every resource is said by `wildcard-resource-on-write`; what of it is infrastructure only a role's rule asks. */
const NOT_PRINTED: ReadonlySet<PolicyFindingId> = new Set(['infrastructure-modification']);

/**
 * What is wrong with one policy of any kind: identity policy, trust policy or resource policy, as JSON text, perhaps URL-encoded or in the
 * envelope in which AWS's CLI answers. References of a template (`Ref`, `Fn::Sub`) stand for something that is not a wildcard.
 * Never throws: a policy that can't be read is an answer with its place.
 */
export function analyzePolicyText(text: string, file: string): PolicyAnswer {
  try {
    const document = documentOf(text);
    return { file, findings: findingsOf(document).map(printed) };
  } catch (error) {
    if (error instanceof Malformed) return { file, error: { message: error.message, where: error.where } };
    if (error instanceof MalformedInput) return { file, error: placed(error) };
    if (error instanceof RangeError) return { file, error: { message: 'nested too deeply', where: 'document' } };
    throw error;
  }
}

function findingsOf(document: PolicyDocument): PolicyFinding[] {
  return [...analyzeGrants([{ name: DOCUMENT, document }]), ...analyzePrincipals(document, DOCUMENT)].filter(
    ({ id }) => !NOT_PRINTED.has(id),
  );
}

function printed({ actions, id, message, method, places, severity }: PolicyFinding): PrintedFinding {
  const statements = places.map(({ statement }) => statement);
  return { id, severity, statements, actions, message, ...(method === undefined ? {} : { method }) };
}

const DOCUMENT = 'document';

function documentOf(text: string): PolicyDocument {
  const decoded = decodedText(text);
  const source = resolveReferences(unwrapped(parsedJson(decoded)));
  checkStructure(source, DOCUMENT);
  return parsePolicyObject(source, decoded, DOCUMENT);
}

function decodedText(text: string): string {
  const bare = text.replace(/^\uFEFF/, '').trim();
  if (!bare.startsWith('%')) return bare;
  try {
    return decodeURIComponent(bare.replaceAll('+', '%20'));
  } catch {
    throw new Malformed('not URL-encoded text', DOCUMENT);
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Malformed('not JSON', placeOfJsonError(text));
  }
}

/** What `aws iam get-policy-version`, `get-role-policy`, `get-role` and `aws lambda get-policy` answer with, down to the policy. */
function unwrapped(answer: unknown): unknown {
  let value = answer;
  for (const key of ['PolicyVersion', 'Role', 'Document', 'PolicyDocument', 'AssumeRolePolicyDocument', 'Policy']) {
    if (typeof value !== 'object' || value === null || !(key in value)) continue;
    value = (value as Record<string, unknown>)[key];
    if (typeof value === 'string') value = parsedJson(decodedText(value));
  }
  return value;
}

/** The place and the reason out of a reader's message, `policy: document: Statement[0].Action: neither a text ...`. */
function placed({ message }: MalformedInput): { message: string; where: string } {
  const said = message.replace(/^policy: (document: (?=.*: ))?/, '');
  const end = said.lastIndexOf(': ');
  return { message: said.slice(end + 2), where: said.slice(0, end) };
}

/** Text that is no JSON: the only place it has is a line. */
class Malformed extends Error {
  readonly where: string;
  constructor(message: string, where: string) {
    super(message);
    this.where = where;
  }
}
