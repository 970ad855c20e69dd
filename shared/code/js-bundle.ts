import { callNamed, everyCallOf, isUnderstood } from './calls.ts';
import type { Uses } from './js-clients.ts';
import { namesOfExpression, type UsedName } from './js-imports.ts';
import { closeOf, Doubt, type JsFile, placesOf, skipBlanks } from './names.ts';
import { CALLED_SERVICES, type CalledService } from './services.ts';

/** How a client names its service in its own code, also minified. */
const SERVICE_ID = /\bserviceId\s*:[^,{};]{0,120}["'`]([\w ]+)["'`]/g;
/** Clients that come with the default credentials and are never asked inside Lambda, once each. */
const OF_CREDENTIALS: ReadonlySet<string> = new Set(['SSO', 'SSO OIDC', 'STS', 'Signin']);

/** The clients whose code is in the file itself. */
export interface Bundled {
  readonly services: readonly CalledService[];
  /** Whether AWS's own code is in the file at all, with what it signs requests with. */
  readonly hasSdk: boolean;
}

export function bundledServices(file: JsFile): Bundled | Doubt {
  const counts = new Map<string, number>();
  for (const [, id = ''] of file.text.matchAll(SERVICE_ID)) counts.set(id, (counts.get(id) ?? 0) + 1);
  const services: CalledService[] = [];
  for (const [id, count] of counts) {
    if (OF_CREDENTIALS.has(id) && counts.has('SSO') && count === 1) continue;
    const service = CALLED_SERVICES.find(({ serviceId }) => serviceId === id);
    if (!service) return new Doubt(file.path, `it holds a client of ${id}, whose calls Cinch does not understand`);
    services.push(service);
  }
  return { services, hasSdk: counts.size > 0 };
}

/**
 * Adds what a file calls of the clients whose code is bundled into it. A client as an ES module is cut down by the bundler to what is used, and
 * all that is left counts as called. As a CommonJS module it is there whole: then each mention of the module says what is taken from it, as for
 * a package that is imported. Answers those names.
 */
export function addBundled(uses: Uses, file: JsFile, services: readonly CalledService[]): readonly UsedName[] | Doubt {
  const modules = commonModules(file);
  const names: UsedName[] = [];
  for (const service of services) {
    uses.clients.add(service.client);
    const whole = modules.find(({ start, end }) => definesClient(file, service, start, end));
    if (whole) {
      const found = namesOfModule(file, whole, modules, service);
      if (!found) return new Doubt(file.path, `what it takes from its client of ${service.client} can't be told`);
      names.push(...found);
      continue;
    }
    const doubt = addDefined(uses, file, service);
    if (doubt) return doubt;
  }
  const others = services.length === 0 ? [] : undefinedCalls(file, services, modules);
  const [other] = others;
  return other === undefined ? names : new Doubt(file.path, `it holds the call ${other}, whose rights Cinch does not know`);
}

interface CommonModule {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** esbuild keeps each CommonJS module in a function that one small helper makes: `var Z = I((exports, module) => {…})`. */
function commonModules({ code }: JsFile): CommonModule[] {
  const helper =
    /(?<![\w$])([\w$]+)\s*=\s*\([\w$]+,\s*[\w$]+\)\s*=>\s*(?:function __require\d*\(\)|\(\)\s*=>)\s*[^;]{0,120}\bexports\b/.exec(
      code,
    )?.[1];
  if (helper === undefined) return [];
  const found: CommonModule[] = [];
  for (const place of placesOf(code, helper)) {
    const open = place + helper.length;
    const [, name] = /(?:^|[^\w$.])([\w$]+)\s*=\s*$/.exec(code.slice(Math.max(0, place - 120), place)) ?? [];
    if (code[open] !== '(' || name === undefined) continue;
    const end = closeOf(code, open);
    if (end !== undefined) found.push({ name, start: place, end });
  }
  return found;
}

function definesClient({ code }: JsFile, { className }: CalledService, start: number, end: number): boolean {
  const text = code.slice(start, end);
  return (
    new RegExp(`\\.${className}Client\\s*=(?!=)|\\b${className}Client\\s*:\\s*\\(\\)\\s*=>`).test(text) &&
    text.includes('serviceId')
  );
}

function namesOfModule(
  file: JsFile,
  { name, start }: CommonModule,
  modules: readonly CommonModule[],
  { client }: CalledService,
): UsedName[] | undefined {
  const found: UsedName[] = [];
  for (const place of placesOf(file.code, name)) {
    const after = skipBlanks(file.code, place + name.length);
    if (file.code[after] === '=' && place < start && start - after < 20) continue;
    const call = /^\(\s*\)/.exec(file.code.slice(after, after + 8));
    const around = modules.find((one) => one.start < place && place < one.end);
    const names = call && namesOfExpression(file, place, after + call[0].length, around && [around.start, around.end]);
    if (!names) return undefined;
    found.push(...names.map((one) => ({ ...one, file, from: `@aws-sdk/client-${client}` })));
  }
  return found;
}

/** Commands as their classes are made, in the order in which the SDK came to do so. */
const DEFINED = [
  /\bextends\s+[\w$.]+\(\s*[^()"'`]{0,200}["'`]([A-Z]\w+)["'`]\s*,/g,
  /\.n\(\s*["'`]\w+Client["'`]\s*,\s*["'`](\w+)Command["'`]\s*\)/g,
  /\bcommandName\s*[:=]\s*["'`](\w+)Command["'`]/g,
];
const definedIn = (text: string): string[] =>
  DEFINED.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name = '']) => name));

/** How often the file defines each call, without what the clients of the default credentials bring. */
function definedCalls({ text }: JsFile): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of definedIn(text)) counts.set(name, (counts.get(name) ?? 0) + 1);
  if (text.includes('GetRoleCredentials')) for (const name of CALLS_OF_CREDENTIALS) counts.set(name, (counts.get(name) ?? 1) - 1);
  return counts;
}

/** All that is left of a client counts. */
function addDefined(uses: Uses, file: JsFile, service: CalledService): Doubt | undefined {
  const defined = definedCalls(file);
  const found = everyCallOf(service).filter((call) => (defined.get(call) ?? 0) > 0);
  const strange = found.find((call) => !isUnderstood(service, call));
  if (strange !== undefined)
    return new Doubt(file.path, `it holds the call ${strange} of ${service.client}, whose rights Cinch does not know`);
  if (found.length === 0) return new Doubt(file.path, `it holds a client of ${service.client} and no call of it`);
  for (const call of found) uses.calls.add(callNamed(service, call));
  return undefined;
}

/** Made by the clients of the default credentials. */
const CALLS_OF_CREDENTIALS = new Set([
  'GetRoleCredentials',
  'AssumeRole',
  'AssumeRoleWithWebIdentity',
  'CreateToken',
  'CreateOAuth2Token',
  'CreateOAuth2TokenWithIAM',
]);

/** Commands outside whole clients that belong to no service that was found. */
function undefinedCalls(file: JsFile, services: readonly CalledService[], modules: readonly CommonModule[]): string[] {
  const wholes = modules.filter(({ start, end }) => services.some((service) => definesClient(file, service, start, end)));
  let outside = '';
  let from = 0;
  for (const { start, end } of wholes) {
    outside += file.text.slice(from, start);
    from = end;
  }
  outside += file.text.slice(from);
  const known = new Set(services.flatMap((service) => everyCallOf(service)));
  return definedIn(outside).filter((call) => !known.has(call) && !CALLS_OF_CREDENTIALS.has(call));
}
