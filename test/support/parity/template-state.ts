import type { Resource } from '../../../shared/model/resource.ts';
import type { ApiFacts, FunctionFacts, RoleFacts, UserFacts } from '../../../shared/model/state.ts';
import { readTemplates, type TemplateResource } from '../../../shared/templates/read-templates.ts';
import { apiTemplate, roleTemplate, userTemplate } from './account-templates.ts';
import { functionTemplate } from './function-template.ts';
import { WORDINGS } from './in-other-words.ts';

/**
 * A resource with these facts, as it is read from the template that would deploy it.
 * @throws NoTemplate when none would.
 */
export function readFromTemplate(facts: object, resource: Resource, wording?: keyof typeof WORDINGS): TemplateResource {
  const json = templateOf(facts, resource);
  const text = wording ? WORDINGS[wording](json) : json;
  const { account, region, kind, name } = resource;
  const isGlobal = kind === 'role' || kind === 'user';
  const { resources, problems } = readTemplates([{ path: wording === 'yaml' ? 'orders.yaml' : 'orders.json', text }], {
    account,
    region: isGlobal ? 'eu-central-1' : region,
  });
  // An API's id is AWS's choice.
  const found = resources.find((one) => one.resource.kind === kind && (kind === 'api' || one.resource.name === name));
  if (!found || problems.length > 0) throw new Error(`${name} is not read from its template: ${JSON.stringify(problems)}`);
  return found;
}

/** The kind says which facts there are. */
function templateOf(facts: object, { kind, ...rest }: Resource): string {
  switch (kind) {
    case 'function':
      return functionTemplate(facts as Partial<FunctionFacts>, { ...rest, kind });
    case 'role':
      return roleTemplate(facts as Partial<RoleFacts>, { ...rest, kind });
    case 'api':
      return apiTemplate(facts as Partial<ApiFacts>, { ...rest, kind });
    case 'user':
      return userTemplate(facts as Partial<UserFacts>, { ...rest, kind });
  }
}
