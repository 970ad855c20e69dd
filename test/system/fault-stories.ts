import { makeFunction } from '../../local/demo/workloads.ts';
import { textOf } from './cards.ts';
import { cardsAbout, type FaultBench, type FaultStory, type Phase } from './fault-bench.ts';
import { until } from './until.ts';
import { ALICE } from './workbench.ts';

/** What is played with processes that end: on the deployed system, by real calls and real clicks. */

const SECRET = 'pq7-Zk2mT9wXv4Lr8sNd';

const says = ({ cards }: FaultBench, name: string, words: string): boolean =>
  cardsAbout(cards, name).some((card) => textOf(card).includes(words));

async function press(bench: FaultBench, name: string, action: 'approve' | 'undo'): Promise<void> {
  const found = await until(
    () => cardsAbout(bench.cards, name).at(-1),
    (card) => card !== undefined,
    `the card of ${name}`,
  );
  if (found) await bench.cards.press(found, action, ALICE);
}

const undo: Phase = {
  name: 'undo',
  act: (bench, name) => press(bench, name, 'undo'),
  isDone: async (bench, name) => says(bench, name, 'Undone.'),
};

const approve: Phase = {
  name: 'approve',
  act: (bench, name) => press(bench, name, 'approve'),
  isDone: async (bench, name) => says(bench, name, 'Done and checked'),
};

/** A timeout that is put right by itself, and given back. */
export const TIMEOUT: FaultStory = {
  name: 'timeout',
  rule: 'lambda-timeout-excessive',
  phases: [
    {
      name: 'fix',
      act: ({ dana }, name) => makeFunction(dana, { name, timeout: 900 }),
      isDone: async (bench, name) => says(bench, name, 'Done and checked'),
    },
    undo,
  ],
  seen: async ({ config }, name) => {
    const { Timeout, Environment } = await config(name);
    return { Timeout, Environment };
  },
};

/** A secret that is asked about, moved out of the environment when somebody approves, and given back. */
export const SECRETS: FaultStory = {
  name: 'secret',
  rule: 'lambda-environment-plaintext-secret',
  phases: [
    {
      name: 'ask',
      act: ({ dana }, name) => makeFunction(dana, { name, environment: { DB_PASSWORD: SECRET, STAGE: 'test' } }),
      isDone: async (bench, name) => says(bench, name, 'Approve'),
    },
    approve,
    undo,
  ],
  seen: TIMEOUT.seen,
};
