/** The small vocabulary that the Block Kit tables are written in. A check pushes problems and never throws. */

export interface Problem {
  /** JSON pointer into the request, such as `/blocks/0/text/text`. */
  pointer: string;
  message: string;
}

export interface Findings {
  problems: Problem[];
  /** Characters of text seen so far, for `msg_blocks_too_long`. */
  textLength: number;
}

export type Check = (value: unknown, at: string, findings: Findings) => void;
export type Fields = Record<string, Check | { optional: Check }>;

const report = (findings: Findings, pointer: string, message: string): void => {
  findings.problems.push({ pointer, message });
};

/** Slack counts characters, not UTF-16 units. */
const lengthOf = (text: string): number => [...text].length;

export const optional = (check: Check): { optional: Check } => ({ optional: check });

export function string(max: number, options: { min?: number; pattern?: RegExp; counts?: boolean } = {}): Check {
  const min = options.min ?? 1;
  return (value, at, findings) => {
    if (typeof value !== 'string') return report(findings, at, 'must be a string');
    const length = lengthOf(value);
    if (options.counts) findings.textLength += length;
    if (length < min) report(findings, at, `must be more than ${min - 1} characters`);
    if (length > max) report(findings, at, `must be less than ${max + 1} characters`);
    if (options.pattern && !options.pattern.test(value)) report(findings, at, 'must be a valid value');
  };
}

export const boolean: Check = (value, at, findings) => {
  if (typeof value !== 'boolean') report(findings, at, 'must be a boolean');
};

export function integer(min: number, max: number): Check {
  return (value, at, findings) => {
    if (!Number.isInteger(value)) return report(findings, at, 'must be an integer');
    if ((value as number) < min || (value as number) > max) report(findings, at, `must be between ${min} and ${max}`);
  };
}

export function oneOf(...allowed: readonly string[]): Check {
  return (value, at, findings) => {
    if (typeof value !== 'string' || !allowed.includes(value)) report(findings, at, `must be one of: ${allowed.join(', ')}`);
  };
}

export function array(check: Check, min: number, max: number): Check {
  return (value, at, findings) => {
    if (!Array.isArray(value)) return report(findings, at, 'must be an array');
    if (value.length < min) report(findings, at, `no fewer than ${min} items allowed`);
    if (value.length > max) report(findings, at, `no more than ${max} items allowed`);
    for (const [index, item] of value.slice(0, max).entries()) check(item, `${at}/${index}`, findings);
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object with exactly these fields: Slack refuses properties that it doesn't know. */
export function object(fields: Fields, also?: Check): Check {
  return (value, at, findings) => {
    if (!isObject(value)) return report(findings, at, 'must be an object');
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(fields, key)) report(findings, at, `invalid additional property: ${key}`);
    }
    for (const [key, rule] of Object.entries(fields)) {
      if (value[key] === undefined) {
        if (typeof rule === 'function') report(findings, at, `missing required field: ${key}`);
        continue;
      }
      (typeof rule === 'function' ? rule : rule.optional)(value[key], `${at}/${key}`, findings);
    }
    also?.(value, at, findings);
  };
}

/** Chooses the check by the object's `type`. */
export function byType(kinds: Record<string, Check>): Check {
  return (value, at, findings) => {
    if (!isObject(value)) return report(findings, at, 'must be an object');
    if (typeof value.type !== 'string') return report(findings, at, 'missing required field: type');
    const check = Object.hasOwn(kinds, value.type) ? kinds[value.type] : undefined;
    if (check === undefined) return report(findings, `${at}/type`, `unsupported type: ${value.type}`);
    check(value, at, findings);
  };
}

/** At least one of these fields must be there. */
export function needsOne(...keys: string[]): Check {
  return (value, at, findings) => {
    if (isObject(value) && !keys.some((key) => value[key] !== undefined)) {
      report(findings, at, `missing required field: ${keys.join(' or ')}`);
    }
  };
}

/** No two items of the list may share the id that `key` names. */
export function uniqueIds(list: unknown, key: 'block_id' | 'action_id', at: string, findings: Findings): void {
  if (!Array.isArray(list)) return;
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const id = isObject(item) ? item[key] : undefined;
    if (typeof id !== 'string') continue;
    if (seen.has(id)) report(findings, `${at}/${index}/${key}`, `\`${key}\` "${id}" already exists for another element`);
    seen.add(id);
  }
}
