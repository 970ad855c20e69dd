import picocolors from 'picocolors';
import type { Severity } from '../../shared/model/rule.ts';

export type Colours = ReturnType<typeof picocolors.createColors>;

/** Colours for what goes to this stream: on a terminal only, unless FORCE_COLOR or NO_COLOR (https://no-color.org) says otherwise. */
export function coloursOf(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Colours {
  return picocolors.createColors(isColoured(stream, env));
}

function isColoured(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return !['0', 'false'].includes(env.FORCE_COLOR);
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** So that the eye finds the worst first. */
export function colourOfSeverity(severity: Severity, colours: Colours): (text: string) => string {
  if (severity === 'critical') return (text) => colours.bold(colours.red(text));
  if (severity === 'high') return colours.red;
  return severity === 'medium' ? colours.yellow : colours.cyan;
}
