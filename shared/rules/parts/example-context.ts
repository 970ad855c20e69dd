import {
  apiResource,
  functionResource,
  type Resource,
  type ResourceKind,
  roleResource,
  userResource,
} from '../../model/resource.ts';
import type { AnyRule, RuleContext, RuleSettings, Violation } from '../../model/rule.ts';
import { CUSTOMER_MANAGED } from '../../model/secret-key.ts';

/** The settings of a default installation, which a rule's examples are judged under. */
export const EXAMPLE_SETTINGS: RuleSettings = {
  timeout: { ceilingSeconds: 900, floorSeconds: 3, headroom: 1.5 },
  allowedAccounts: [],
  organizationId: null,
  secrets: { maxVariables: 10, key: CUSTOMER_MANAGED },
  require: {
    vpc: true,
    tracing: true,
    reservedConcurrency: false,
    codeSigning: false,
    logKey: false,
    webAcl: true,
    tmpCleaner: false,
  },
  layerAccounts: [],
  ownerTags: ['owner', 'team'],
  days: { unusedFunction: 90, unusedService: 90, dormantUser: 90, runtimeNotice: 180 },
  remedies: { secretStore: 'ssm', vpc: [], authorizers: {} },
};
export const EXAMPLE_NOW = '2026-03-02T12:00:00.000Z';
export const EXAMPLE_ACCOUNT = '222222222222';
export const EXAMPLE_FUNCTION = functionResource(EXAMPLE_ACCOUNT, 'eu-central-1', 'orders-api');
export const EXAMPLE_ROLE = roleResource(EXAMPLE_ACCOUNT, 'service-role/orders-api-role');
export const EXAMPLE_API = apiResource(EXAMPLE_ACCOUNT, 'eu-central-1', 'a1b2c3d4e5');
export const EXAMPLE_USER = userResource(EXAMPLE_ACCOUNT, 'dana');

const EXAMPLES: { readonly [K in ResourceKind]: Resource<K> } = {
  function: EXAMPLE_FUNCTION,
  role: EXAMPLE_ROLE,
  api: EXAMPLE_API,
  user: EXAMPLE_USER,
};

/** The context that the examples of rules for this kind of resource are judged in. */
export function exampleContext<K extends ResourceKind>(kind: K, settings: Partial<RuleSettings> = {}): RuleContext<K> {
  return {
    resource: EXAMPLES[kind],
    settings: { ...EXAMPLE_SETTINGS, ...settings },
    now: EXAMPLE_NOW,
  };
}

/** What a rule says of one of its own examples. */
export function judgeExample(rule: AnyRule, example: AnyRule['examples']['passes'][number]): Violation | undefined {
  return rule.evaluate(example.state as never, exampleContext(rule.resource, example.settings) as never);
}
