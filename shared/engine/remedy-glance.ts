import type { RemedyGlance } from '../model/finding.ts';
import type { Remedy } from '../model/rule.ts';
import { STEP_ROWS } from '../model/step.ts';

/** What Cinch could do: the kinds of change, and whether they may run by themselves. A remedy is safe when each of its steps is and no rule objects. Pure. */
export function glanceAt(remedy: Remedy): RemedyGlance {
  if (remedy.kind === 'manual') return { risk: 'manual', steps: [] };
  const steps = [...new Set(remedy.steps.map((step) => step.kind))];
  const isSafe = remedy.approvalBecause === undefined && steps.every((kind) => STEP_ROWS[kind].risk === 'safe');
  return { risk: isSafe ? 'safe' : 'approval', steps };
}
