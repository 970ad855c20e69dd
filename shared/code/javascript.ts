import { blankJavaScript } from './blank-js.ts';
import { addBundled, bundledServices } from './js-bundle.ts';
import { addUse, type Uses } from './js-clients.ts';
import { importedNames, type UsedName } from './js-imports.ts';
import { Doubt, isDoubt, type JsFile } from './names.ts';

/** The calls that JavaScript makes, or the first doubt. @param sources own code, and what of others' mentions AWS at all. */
export function callsOfJavaScript(
  sources: readonly { readonly path: string; readonly text: string }[],
): ReadonlySet<string> | Doubt {
  const files: JsFile[] = [];
  for (const { path, text } of sources) {
    const blanked = blankJavaScript(text);
    if (!blanked) return new Doubt(path, 'it is not readable as JavaScript');
    files.push({ path, ...blanked });
  }
  const uses: Uses = { clients: new Set(), calls: new Set() };
  const names: UsedName[] = [];
  for (const file of files) {
    const bundled = bundledServices(file);
    if (isDoubt(bundled)) return bundled;
    const hidden = whatHides(file, bundled.hasSdk);
    if (hidden !== undefined) return new Doubt(file.path, hidden);
    for (const found of [importedNames(file), addBundled(uses, file, bundled.services)]) {
      if (isDoubt(found)) return found;
      names.push(...found);
    }
  }
  for (const used of names) {
    const doubt = addUse(uses, used, files);
    if (doubt) return doubt;
  }
  const silent = [...uses.clients].find((client) => ![...uses.calls].some((call) => call.startsWith(`${client} `)));
  return silent === undefined
    ? uses.calls
    : new Doubt('the package', `it has a client of ${silent} and no call of it that can be recognised`);
}

/** How often the SDK's own code has what else would be a sign of hidden calls: its credentials may come from a command, and it signs requests. */
const OF_SDK = { process: 1, secretKey: 3, signature: 2 };

/** What makes calls that no reading finds. Comments and texts count too: doubt errs on the safe side. */
function whatHides({ text, code }: JsFile, hasSdk: boolean): string | undefined {
  const moreThan = (pattern: RegExp, own: number): boolean => (text.match(pattern)?.length ?? 0) > (hasSdk ? own : 0);
  if (/\beval\s*\(|\bnew\s+Function\b|\bFunction\s*\((?!\s*["'`]return this["'`]\s*\))/.test(text))
    return 'it makes code at run time (eval)';
  if (moreThan(/["'`](?:node:)?child_process["'`]/g, OF_SDK.process)) return 'it starts other programs (child_process)';
  if (moreThan(/AWS_SECRET_ACCESS_KEY/g, OF_SDK.secretKey)) return 'it reads the credentials itself';
  if (moreThan(/AWS4-HMAC-SHA256/g, OF_SDK.signature)) return 'it signs requests itself';
  if (/\bsha256\s*:[^{}]{0,200}\bservice\s*:\s*["'`]|\bservice\s*:\s*["'`][^{}]{0,200}\bsha256\s*:/.test(text))
    return 'it signs requests itself';
  if (/["'`](?:node:)?vm["'`]|\bprocess\s*\.\s*(?:binding|dlopen)\b|\bModule\s*\.\s*_load\b/.test(text))
    return 'it makes code at run time (vm)';
  if (
    /(?:^|[^\w$.])_*(?:require|import)\s*\(\s*(?!["'`\s)])/.test(code) ||
    /(?:^|[^\w$.])_*(?:require|import)\s*\(\s*`[^`]*\$\{/.test(code)
  )
    return 'it loads a module whose name is not written down';
  if (/(?:^|[^\w$.])_*(?:require|import)\s*\(\s*["'`]\//.test(text)) return 'it loads code from outside its package';
  if (/=\s*require\s*[;,)\n]|\bcreateRequire\s*\([^)]*\)\s*\(/.test(code)) return 'it loads modules under another name';
  return undefined;
}
