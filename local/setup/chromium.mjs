import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { exclusively } from './lock.mjs';
import { ask, repoRoot, run, step } from './steps.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const fixed = ['/usr/bin/chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

function onPath() {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      const path = join(folder, name);
      if (folder && existsSync(path)) return path;
    }
  }
  return fixed.find((path) => existsSync(path));
}

function playwrightOwn() {
  try {
    const path = createRequire(join(repoRoot, 'package.json'))('playwright-core').chromium.executablePath();
    return path && existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

const canUseApt = () => process.getuid?.() === 0 && ask('apt-get', ['--version']) !== undefined;

async function installWithApt() {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update'], { env });
  await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-lato', 'fonts-noto-color-emoji'], { env });
}

/**
 * The path of a Chromium: $CINCH_CHROMIUM, one that is installed, Debian's package when this is root on a Debian,
 * else Playwright's own download. Throws with all that was tried.
 */
export async function ensureChromium() {
  const given = process.env.CINCH_CHROMIUM;
  if (given) {
    if (existsSync(given)) return given;
    throw new Error(`CINCH_CHROMIUM names ${given}, which does not exist.`);
  }
  const present = () => onPath() ?? playwrightOwn();
  const found = present();
  if (found) return found;
  return exclusively('chromium', async () => {
    const tried = [];
    const attempt = async (what, work) => {
      if (present()) return;
      await step(`chromium: ${what}`, work).catch((error) => tried.push(`${what}: ${error.message}`));
    };
    if (canUseApt()) await attempt("installing Debian's package", installWithApt);
    await attempt("downloading Playwright's", () =>
      run(process.execPath, [join(repoRoot, 'node_modules/playwright-core/cli.js'), 'install', 'chromium']),
    );
    const path = present();
    if (path) return path;
    throw new Error(`No Chromium. Install one, or set CINCH_CHROMIUM to its path.\n${tried.join('\n')}`);
  });
}
