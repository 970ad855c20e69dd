import { ENV } from '../../shared/names.ts';
import { clock } from '../../shared/wire-common.ts';
import { BadInput } from '../frame/bad-input.ts';
import { coloursOf } from '../frame/colours.ts';
import { EXIT } from '../frame/exit.ts';
import { openHub, variableOf } from '../frame/hub-place.ts';
import { print, printJson } from '../frame/output.ts';
import type { TraceOptions } from './command.ts';
import { traceWords } from './print.ts';
import { traceOf } from './story.ts';

/** Answers the exit code. @throws BadInput, AccessRefused, AwsError */
export async function runTrace(id: string, options: TraceOptions): Promise<number> {
  if (!/^[\w.:/-]{1,200}$/.test(id)) throw new BadInput('id', `${id} is no id of a finding, a plan or an event`);
  const hub = await openHub(options);
  const found = await hub.readStory(await variableOf(hub, 'sweep', ENV.table), id);
  if (found.kind === 'unknown')
    throw new BadInput(id, 'no finding, plan or event is called so; an event that showed nothing is forgotten after a week');
  const document = traceOf(id, found, clock.now().toISOString());
  if (options.format === 'json') await printJson(document);
  else await print(traceWords(document, options.logs === true, coloursOf(process.stdout)).join('\n'));
  return EXIT.clean;
}
