import type { ApiAuthorizer, ApiRoute } from '../../model/state.ts';
import type { Declared } from '../declared.ts';
import { parseJsonTree } from '../tree/parse-json.ts';
import { parseYamlTree } from '../tree/parse-yaml.ts';
import { at, isObject, listOf, NotTold, objectOf, textOf, textsOf, type Value, type ValueObject } from '../values.ts';
import { functionsIn } from './function-uri.ts';

/** The OpenAPI definition of an API, undefined when it has none. @throws NotTold when it lies elsewhere. */
export function bodyOf({ properties }: Declared): ValueObject | undefined {
  if (properties.BodyS3Location !== undefined) throw new NotTold('the definition of the API lies in a file of its own');
  const body = properties.Body ?? null;
  if (typeof body === 'string') return objectOf(parsedBody(body));
  return body === null ? undefined : objectOf(body);
}

/** Terraform has it as a text, JSON or YAML. */
const parsedBody = (text: string): Value =>
  (/^\s*\{/.test(text) ? parseJsonTree : parseYamlTree)(text, 'the definition of the API').root;

const VERBS: ReadonlySet<string> = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch']);
const ANY = 'x-amazon-apigateway-any-method';

/**
 * The routes of a definition, with API Gateway's extensions
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html).
 */
export function routesIn(body: ValueObject, isRest: boolean): ApiRoute[] {
  return Object.entries(objectOf(body.paths)).flatMap(([path, item]) =>
    Object.entries(objectOf(item)).flatMap(([verb, operation]) => {
      const method = verb === ANY ? 'ANY' : VERBS.has(verb.toLowerCase()) ? verb.toUpperCase() : undefined;
      if (method === undefined) return [];
      const key = !isRest && path.endsWith('$default') ? '$default' : `${method} ${path}`;
      return [{ key, ...accessOf(body, operation), functionArns: functionsOf(operation) }];
    }),
  );
}

const functionsOf = (operation: Value): string[] => functionsIn(textOf(at(operation, 'x-amazon-apigateway-integration', 'uri')));

type Access = Pick<ApiRoute, 'authorization' | 'authorizerId' | 'apiKeyRequired'>;

/** An operation's own security counts, an empty one too, else that of the whole. */
function accessOf(body: ValueObject, operation: Value): Access {
  const named = textOf(at(operation, 'x-amazon-apigateway-auth', 'type'))?.toUpperCase();
  const security = at(operation, 'security') ?? body.security;
  const schemes = listOf(security).flatMap((one) => Object.keys(objectOf(one)));
  const found: { authorization: ApiRoute['authorization']; authorizerId: string | null } = {
    authorization: named === 'AWS_IAM' ? 'AWS_IAM' : 'NONE',
    authorizerId: null,
  };
  let apiKeyRequired = false;
  for (const name of schemes) {
    const scheme = schemesIn(body)[name];
    // How SAM marks an operation that asks for nothing.
    if (scheme === undefined && name === 'NONE') continue;
    if (scheme === undefined) throw new NotTold(`the definition does not have the security scheme ${name}`);
    const kind = authorizationOf(scheme);
    if (kind === 'KEY') apiKeyRequired = true;
    else {
      found.authorization = kind;
      found.authorizerId = kind === 'AWS_IAM' || kind === 'NONE' ? null : name;
    }
  }
  return { ...found, apiKeyRequired };
}

/** OpenAPI 3, and Swagger 2. */
const schemesIn = (body: ValueObject): ValueObject => ({
  ...objectOf(body.securityDefinitions),
  ...objectOf(at(body, 'components', 'securitySchemes')),
});

function authorizationOf(scheme: Value): ApiRoute['authorization'] | 'KEY' {
  const authorizer = at(scheme, 'x-amazon-apigateway-authorizer');
  const kind = authorizer === undefined ? undefined : kindOf(authorizer);
  if (kind === 'JWT' || kind === 'COGNITO_USER_POOLS') return kind;
  if (kind !== undefined) return 'CUSTOM';
  if (textOf(at(scheme, 'x-amazon-apigateway-authtype'))?.toLowerCase() === 'awssigv4') return 'AWS_IAM';
  return textOf(at(scheme, 'type'))?.toLowerCase() === 'apikey' ? 'KEY' : 'NONE';
}

const KINDS = ['JWT', 'REQUEST', 'TOKEN', 'COGNITO_USER_POOLS'] as const;
const kindOf = (authorizer: Value): ApiAuthorizer['kind'] =>
  KINDS.find((kind) => kind === textOf(at(authorizer, 'type'))?.toUpperCase()) ?? 'REQUEST';

export const authorizersIn = (body: ValueObject): ApiAuthorizer[] =>
  Object.entries(schemesIn(body)).flatMap(([name, scheme]) => {
    const authorizer = at(scheme, 'x-amazon-apigateway-authorizer');
    if (!isObject(authorizer)) return [];
    const audiences = textsOf(at(authorizer, 'jwtConfiguration', 'audience'));
    return [{ id: name, name, kind: kindOf(authorizer), audiences }];
  });

/** The tags of a definition that have a value for API Gateway; others are OpenAPI's own. One in a file of its own seldom has any. */
export const tagsIn = (body: Value | undefined): Record<string, string> =>
  Object.fromEntries(
    listOf(isObject(body) ? body.tags : undefined).flatMap((tag) => {
      const [name, value] = [textOf(at(tag, 'name')), textOf(at(tag, 'x-amazon-apigateway-tag-value'))];
      return name !== undefined && value !== undefined ? [[name, value] as const] : [];
    }),
  );
