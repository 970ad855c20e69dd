/** Runs `npm ci` when node_modules is missing or does not belong to package-lock.json. */
export function ensureNodeModules(): Promise<void>;
/** Installs the AWS emulator when needed. Returns the path of the Python that has it. */
export function ensureEmulator(): Promise<string>;
/** Returns the path (or name on PATH) of a `go` >= 1.22, installing one when there is none. */
export function ensureGo(): Promise<string>;
/** Returns the path of a Chromium, installing one when there is none. */
export function ensureChromium(): Promise<string>;
/** Installs cfn-lint when needed. Returns its path. */
export function ensureCfnLint(): Promise<string>;
export function ensureMoto(): Promise<string>;
