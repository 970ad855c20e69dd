import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const VERSION = '8.30.1';
const FOLDER = resolve(import.meta.dirname, `../.local/peers/gitleaks-${VERSION}`);

/** The path of secrets_gitleaks.go as a program, built when it is first asked for; needs Go. */
export function gitleaksJudge(): string {
  const program = join(FOLDER, 'judge');
  const source = join(import.meta.dirname, 'secrets_gitleaks.go');
  if (existsSync(program) && statSync(program).mtimeMs > statSync(source).mtimeMs) return program;
  mkdirSync(FOLDER, { recursive: true });
  copyFileSync(source, join(FOLDER, 'main.go'));
  const module = `module gitleaks-judge\n\ngo 1.24\n\nrequire github.com/zricethezav/gitleaks/v8 v${VERSION}\n`;
  writeFileSync(join(FOLDER, 'go.mod'), module);
  console.error(`building gitleaks ${VERSION} ...`);
  execFileSync('go', ['build', '-o', program, '.'], {
    cwd: FOLDER,
    env: { ...process.env, GOFLAGS: `${process.env.GOFLAGS ?? ''} -mod=mod`.trim() },
    stdio: 'inherit',
  });
  return program;
}
