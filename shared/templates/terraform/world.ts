import { type Declared, makeWorld, type World } from '../declared.ts';
import type { Where } from '../identity.ts';
import type { Template } from '../parse.ts';
import { isList, isObject, isUnresolved, type Value, type ValueObject } from '../values.ts';
import { type Attributes, makeAttributes } from './attributes.ts';
import { joined } from './join.ts';
import { object, type Planned, plannedIn } from './plan.ts';
import { type Blocks, type Properties, ROWS } from './rows.ts';

/** A plan's resources in CloudFormation's words. */
export function terraformWorld(template: Template, where: Where): World {
  const attributes = makeAttributes(where);
  const all = plannedIn(template).flatMap((planned) => declaredOf(planned, attributes, template));
  return makeWorld({ ...where, tool: 'Terraform', all: joined(all), stackOf: () => null, stackTagsOf: () => ({}) });
}

/** The region of its default provider, null when that is not written there. */
export function regionOfPlan({ root }: Template): string | null {
  const provider = object(object(object(root.configuration).provider_config).aws);
  const region = object(object(provider.expressions).region).constant_value;
  return typeof region === 'string' ? region : null;
}

function declaredOf(planned: Planned, attributes: Attributes, template: Template): Declared[] {
  const row = planned.isData || !Object.hasOwn(ROWS, planned.type) ? undefined : ROWS[planned.type];
  if (!row) return [];
  const properties = propertiesOf(row.properties, (path) => attributes.valueAt(planned, ...path));
  const place = template.placeOf(planned.path);
  return [
    {
      type: row.type,
      logicalId: planned.address,
      identity: attributes.identityOf(planned),
      properties,
      uncertain: null,
      isNameUntold: row.named !== undefined && isUnresolved(attributes.valueAt(planned, row.named)),
      source: {
        file: template.file,
        logicalId: planned.address,
        constructPath: null,
        place,
        placeOf: (...names) => {
          const attribute = names.reduce<string | Blocks | Properties | undefined>(
            (found, name) => (typeof found === 'object' && !isBlocks(found) ? found[name] : found),
            row.properties,
          );
          return template.placeOf([...planned.path, 'values', ...pathOf(attribute)]);
        },
      },
    },
  ];
}

const isBlocks = (mapped: Blocks | Properties): mapped is Blocks =>
  typeof mapped.blocks === 'string' && typeof mapped.each === 'object';
const parts = (path: string): (string | number)[] => path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));

function pathOf(mapped: string | Blocks | Properties | undefined): (string | number)[] {
  if (mapped === undefined) return [];
  return parts(typeof mapped === 'string' ? mapped : isBlocks(mapped) ? mapped.blocks : '');
}

type Read = (path: readonly (string | number)[]) => Value | undefined;

/** Empty texts and maps are what Terraform plans for what nobody gave. */
function propertiesOf(mapped: Properties, read: Read): ValueObject {
  const found: Record<string, Value> = {};
  for (const [name, one] of Object.entries(mapped)) {
    const value = valueAt(one, read);
    if (value === undefined || value === '' || value === null) continue;
    if (isObject(value) && Object.keys(value).length === 0) continue;
    found[name] = value;
  }
  return found;
}

function valueAt(mapped: string | Blocks | Properties, read: Read): Value | undefined {
  if (typeof mapped === 'string') return read(parts(mapped));
  if (!isBlocks(mapped)) return propertiesOf(mapped, read);
  const path = parts(mapped.blocks);
  const blocks = read(path);
  if (blocks === undefined || isUnresolved(blocks)) return blocks;
  return isList(blocks)
    ? blocks.map((_, index) => propertiesOf(mapped.each, (rest) => read([...path, index, ...rest])))
    : undefined;
}
