import { beside } from './files.ts';
import type { Json } from './tree/json.ts';
import { MalformedTemplate } from './tree/malformed.ts';
import { parseJsonTree } from './tree/parse-json.ts';
import { parseYamlTree } from './tree/parse-yaml.ts';

/** What a template includes, by the path that it gives: from the files that were read with it. One that can't be read counts as not there. */
export function includeIn(file: string, texts: ReadonlyMap<string, string>): (path: string) => Json | undefined {
  const found = new Map<string, Json | undefined>();
  return (path) => {
    if (path.includes('://')) return undefined;
    const name = beside(file, path);
    if (!found.has(name)) found.set(name, parsed(name, texts.get(name)));
    return found.get(name);
  };
}

function parsed(name: string, text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  try {
    return (/^\uFEFF?\s*\{/.test(text) ? parseJsonTree : parseYamlTree)(text, name).root;
  } catch (error) {
    if (error instanceof MalformedTemplate) return undefined;
    throw error;
  }
}
