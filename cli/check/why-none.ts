import { parseJson } from '../frame/read-files.ts';

const PLAN = 'terraform show -json plan.out > plan.json';

/** Why a file that somebody named is no template: most often it is the one before or after the one that was meant. */
export function whyNone(path: string, text: string): string {
  if (text.trim() === '') return 'it is empty';
  // What `terraform plan -out` writes is a zip archive.
  if (text.startsWith('PK\u0003\u0004')) return `a zip archive; a Terraform plan is judged as JSON: ${PLAN}`;
  if (text.includes('\0')) return 'it is no text';
  if (/\.(tf|tfvars|hcl)$/.test(path)) return `the sources of Terraform are not judged, its plan is: ${PLAN}`;
  if (path.endsWith('.json') && parseJson(text) === undefined) return 'not JSON';
  return 'no template that Cinch knows (CloudFormation, SAM, a Terraform plan as JSON)';
}
