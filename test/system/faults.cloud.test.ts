import { afterAll, beforeAll, it } from 'vitest';
import { textOf } from './cards.ts';
import { type FaultBench, pointsOf, record, startFaultBench } from './fault-bench.ts';
import { SECRETS, TIMEOUT } from './fault-stories.ts';

let bench: FaultBench;
beforeAll(async () => {
  bench = await startFaultBench();
}, 300_000);
afterAll(() => bench?.stop());

it('records', { timeout: 300_000 }, async () => {
  for (const story of [TIMEOUT, SECRETS]) {
    const t = Date.now();
    const phases = await record(bench, story, `${story.name}-record`).catch(async (e) => {
      console.log(
        bench.proxy.calls
          .map((c) => `${c.who} ${c.what} ${c.about.length}`)
          .join('\n')
          .slice(0, 3000),
      );
      console.log((await bench.hub.logs()).join('\n').slice(-3000));
      console.log(bench.system.slack.messages(bench.system.channel).map(textOf));
      throw e;
    });
    for (const [i, calls] of phases.entries()) {
      console.log(
        story.name,
        story.phases[i]?.name,
        calls.length,
        calls.map((c) => `${c.who.replace('cinch-hub-', '').replace('cinch-', '')} ${c.what}`).join(' | '),
      );
      console.log('points', pointsOf(calls, `${story.name}-record`, false).length);
    }
    console.log(Date.now() - t, 'ms', await bench.trail.writesOf(`${story.name}-record`));
    console.log(bench.cards.all(story.name).map(textOf));
    for (const f of await bench.hub.findings()) console.log((await bench.hub.audit(f.id)).map(({ what }) => what));
  }
});
