import { NEXT_WRAPPER_VARIABLE, WRAPPER_PATH, WRAPPER_VARIABLE } from '../../secrets/resolver-contract.ts';

/** Where the code that a variable loads lies: in the package that was deployed, in a layer, or somewhere that neither deployment nor layer wrote. */
type Place = 'package' | 'layer' | 'elsewhere';

/** A variable that makes the runtime run code which the handler does not name. Holds no part of its value beyond names of options. */
export interface Injection {
  readonly variable: string;
  /** What it does: `preloads a module (--require)`. */
  readonly does: string;
  readonly place: Place;
  /** Whether a file of the deployed package is as bad: anybody who may change the configuration picks it. */
  readonly evenFromPackage: boolean;
  /** Nothing else is in the variable, so that without it no setting is lost. */
  readonly alone: boolean;
}

type Reader = (variable: string, value: string) => Injection[];

/** Folders that hold what a function, or another one, wrote (https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem.html). */
const WRITABLE = /^\/(tmp|mnt|dev|proc|run)(\/|$)/;
/** `..` leaves the folder that a path names. */
const CLIMBS = /(^|\/)\.\.(\/|$)/;

function placeOf(target: string): Place {
  const path = target.replace(/^file:\/\//i, '');
  if (/^(data|https?|file):/i.test(path)) return 'elsewhere';
  if (CLIMBS.test(path) || WRITABLE.test(path)) return 'elsewhere';
  if (path.startsWith('/opt/') || path === '/opt') return 'layer';
  // No other folder of a function can be written to, so what lies there was deployed with it or with the runtime.
  return 'package';
}

/** Any value at all loads code before the runtime does. */
const always =
  (does: string): Reader =>
  (variable, value) =>
    value.trim() === '' ? [] : [{ variable, does, place: 'elsewhere', evenFromPackage: true, alone: true }];

/** A file that a hook loads: one that a trusted layer brings is that layer's way to start. */
const hook =
  (does: string): Reader =>
  (variable, value) =>
    value.trim() === '' ? [] : [{ variable, does, place: placeOf(value.trim()), evenFromPackage: true, alone: true }];

/** A list of folders that code is searched in: those of the package, of layers and of the runtime are normal. */
const searchPath =
  (separator: RegExp): Reader =>
  (variable, value) => {
    const folders = value.split(separator).filter((folder) => folder !== '');
    const foreign = folders.filter((folder) => placeOf(folder) === 'elsewhere');
    if (foreign.length === 0) return [];
    const does = 'loads code from a folder that can be written to';
    return [{ variable, does, place: 'elsewhere', evenFromPackage: false, alone: foreign.length === folders.length }];
  };

/** The options of one runtime that name code. */
interface CodeOption {
  /** Matches one word; its first group is the target when it stands in the same word. */
  readonly pattern: RegExp;
  /** The target is the next word when the first group is empty. */
  readonly takesNext: boolean;
  readonly does: string;
}

const options =
  (list: readonly CodeOption[], benign: RegExp): Reader =>
  (variable, value) => {
    const words = value
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word) => word.replace(/^["']|["']$/g, ''));
    let read = 0;
    const found = words.flatMap((word, index) => {
      for (const { pattern, takesNext, does } of list) {
        const match = pattern.exec(word);
        if (match === null) continue;
        const inWord = match[1] ?? '';
        const isNext = inWord === '' && takesNext;
        const target = (isNext ? (words[index + 1] ?? '') : inWord).replace(/^["']/, '');
        if (benign.test(target) && !CLIMBS.test(target)) return [];
        read += isNext ? 2 : 1;
        return [{ variable, does, place: placeOf(target), evenFromPackage: true }];
      }
      return [];
    });
    return found.map((one) => ({ ...one, alone: read >= words.length }));
  };

/** Modules of well-known tools that are meant to be preloaded; they come with the package or with the tool's layer. */
const NODE_TOOLS =
  /^((source-map-support|tsconfig-paths|ts-node)\/register(\.js)?|dd-trace\/(init|initialize\.mjs|register\.js)|newrelic(\/esm-loader\.mjs)?|lumigo-opentelemetry|elastic-apm-node\/start(\.js)?|tsx(\/(cjs|esm))?|dotenv\/config|reflect-metadata|aws-xray-sdk|@(sentry|lumigo|opentelemetry|instana|thundra|aikidosec|dash0hq|splunk|elastic|aws-lambda-powertools)\/[\w/.-]+)$/;
const NODE_OPTIONS = options(
  [
    { pattern: /^(?:-r|--require)(?:=(.+))?$/, takesNext: true, does: 'preloads a module (--require)' },
    { pattern: /^--import(?:=(.+))?$/, takesNext: true, does: 'preloads a module (--import)' },
    { pattern: /^--(?:experimental-)?loader(?:=(.+))?$/, takesNext: true, does: 'replaces the module loader (--loader)' },
    { pattern: /^--openssl-config(?:=(.+))?$/, takesNext: true, does: 'loads an OpenSSL configuration (--openssl-config)' },
    {
      pattern: /^--experimental-config-file(?:=(.+))?$/,
      takesNext: false,
      does: 'reads its options from a file (--experimental-config-file)',
    },
  ],
  NODE_TOOLS,
);
const JAVA_OPTIONS = options(
  [
    { pattern: /^-javaagent:([^=]+)/, takesNext: false, does: 'loads a Java agent (-javaagent)' },
    { pattern: /^-agentpath:([^=]+)/, takesNext: false, does: 'loads a native agent (-agentpath)' },
    { pattern: /^-(?:agentlib:|Xrun)([^=:]+)/, takesNext: false, does: 'loads a native agent (-agentlib)' },
    {
      pattern: /^-Xbootclasspath(?:\/[ap])?:(.+)/,
      takesNext: false,
      does: 'puts classes before those of Java (-Xbootclasspath)',
    },
    { pattern: /^-XX:On(?:OutOfMemory)?Error=(.+)/, takesNext: false, does: 'starts a command on an error (-XX:OnError)' },
    { pattern: /^(?:@|-XX:(?:Flags|VMOptionsFile)=)(.+)/, takesNext: false, does: 'reads its options from a file (@)' },
    { pattern: /^--patch-module=(.+)/, takesNext: false, does: 'replaces classes of Java (--patch-module)' },
  ],
  /^$/,
);
const RUBYOPT = options(
  [
    { pattern: /^(?:-r|--require=?)(.*)$/, takesNext: true, does: 'preloads a library (-r)' },
    { pattern: /^-I(.*)$/, takesNext: true, does: 'searches libraries in a further folder (-I)' },
  ],
  /^(bundler\/setup|ubygems|set|json|yaml|logger|\/opt\/ruby\/[\w./-]*bundler[\w./-]*setup(\.rb)?)$/,
);
const PERL5OPT = options(
  [{ pattern: /^-(?:[MmI]|d:)(.*)$/, takesNext: false, does: 'preloads a module (-M)' }],
  /^(strict|warnings|utf8)$/,
);

const READERS: Readonly<Record<string, Reader>> = {
  NODE_OPTIONS,
  LD_PRELOAD: always('loads a library into every process'),
  LD_AUDIT: always('loads a library into every process'),
  PYTHONSTARTUP: always('runs a script when Python starts'),
  BASH_ENV: always('runs a script when a shell starts'),
  JAVA_TOOL_OPTIONS: JAVA_OPTIONS,
  _JAVA_OPTIONS: JAVA_OPTIONS,
  JDK_JAVA_OPTIONS: JAVA_OPTIONS,
  RUBYOPT,
  PERL5OPT,
  DOTNET_STARTUP_HOOKS: hook('runs an assembly before the function'),
  CORECLR_PROFILER_PATH: hook('loads a profiler into .NET'),
  CORECLR_PROFILER_PATH_64: hook('loads a profiler into .NET'),
  PYTHONPATH: searchPath(/:/),
  PYTHONHOME: searchPath(/:/),
  PYTHONUSERBASE: searchPath(/:/),
  NODE_PATH: searchPath(/:/),
  RUBYLIB: searchPath(/:/),
  GEM_HOME: searchPath(/:/),
  GEM_PATH: searchPath(/:/),
  PERL5LIB: searchPath(/:/),
  LD_LIBRARY_PATH: searchPath(/[:;]/),
  GCONV_PATH: searchPath(/:/),
  PHP_INI_SCAN_DIR: searchPath(/:/),
};

/** A wrapper that the package brings is deployed like the handler itself. */
function readWrapper(variable: string, value: string): Injection[] {
  if (value.trim() === '' || value === WRAPPER_PATH) return [];
  const does = 'starts a program in front of the runtime';
  return [{ variable, does, place: placeOf(value.trim()), evenFromPackage: false, alone: true }];
}

/**
 * Every variable that makes code run which the handler does not name, wherever that code lies. Pure; linear in the values.
 * Settings of the same variables (`--enable-source-maps`, `-Xmx512m`) are none.
 */
export function codeInjections(environment: Readonly<Record<string, string>>): Injection[] {
  return Object.entries(environment).flatMap(([variable, value]) => {
    if (variable === WRAPPER_VARIABLE) return readWrapper(variable, value);
    // The resolver starts this one, so it counts only behind the resolver.
    if (variable === NEXT_WRAPPER_VARIABLE)
      return environment[WRAPPER_VARIABLE] === WRAPPER_PATH ? readWrapper(variable, value) : [];
    return Object.hasOwn(READERS, variable) ? (READERS[variable]?.(variable, value) ?? []) : [];
  });
}
