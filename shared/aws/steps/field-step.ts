import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { canonicalJson } from '../../engine/fingerprint.ts';
import { StateMoved } from '../../model/errors.ts';
import type { Resource } from '../../model/resource.ts';
import type { Step, StepKind, StepOf } from '../../model/step.ts';
import type { MemberClients } from '../member.ts';
import { type ConfigChange, changeConfig, readSettled, updateProblem } from './function-config.ts';
import { clientsFor, type StepDeps, type StepHandler } from './handler.ts';
import { pollUntil } from './polling.ts';

/** What was captured and what was reached: one value, JSON. */
export interface Held<V> {
  readonly value: V;
}

/** One field of a resource, for steps that set it from one value to another. */
export interface Field<K extends StepKind, V> {
  /** For messages, e.g. `the retention of /aws/lambda/orders`. */
  name(step: StepOf<K>): string;
  /** What the step was planned for, and what it shall be. */
  from(step: StepOf<K>): V;
  to(step: StepOf<K>): V;
  /** @throws StateMoved when the resource is gone, Refused when the change would not be safe. */
  read(deps: StepDeps, clients: MemberClients, step: StepOf<K>): Promise<V>;
  /** Writes, under AWS's own revision where there is one; `before` is what was read a moment ago. */
  write(deps: StepDeps, clients: MemberClients, step: StepOf<K>, value: V, before: V): Promise<void>;
  /** Right before `apply` writes; undo is not asked. @throws Refused when it must not */
  refuse?(deps: StepDeps, clients: MemberClients, step: StepOf<K>, now: V, wanted: V): Promise<void> | void;
  /** What else `verify` looks at; answers what is wrong. */
  problem?(deps: StepDeps, clients: MemberClients, step: StepOf<K>): Promise<string | undefined>;
  /** Whether two values are the same to AWS; equal as JSON when left out. */
  same?(one: V, other: V): boolean;
  /** For people, who are told what somebody set instead; left out where a value may be a secret or is no short word. */
  shown?(value: V): string;
  /** How long a write may take to be seen, where AWS says that it is longer than usual. */
  readonly settleMs?: number;
}

/** How long a write may take to be seen. */
const CONSISTENT_MS = 10_000;

export const sameJson = (one: unknown, other: unknown): boolean => canonicalJson(one) === canonicalJson(other);

/** A handler for a field that is read and written as a whole: captured as it was, set, verified, and put back unless somebody set it since. */
export function fieldStep<K extends StepKind, V>(field: Field<K, V>): StepHandler<K, Held<V>, Held<V>> {
  const same = field.same ?? sameJson;
  const shown = (value: V): string => (field.shown ? `: it is ${field.shown(value)}` : '');
  return {
    capture: async (deps, step) => {
      const value = await field.read(deps, clientsFor(deps, step.target, 'write'), step);
      if (!same(value, field.from(step))) throw new StateMoved(`somebody changed ${field.name(step)}`);
      return { value };
    },

    apply: async (deps, step, captured) => {
      const clients = clientsFor(deps, step.target, 'write');
      const now = await field.read(deps, clients, step);
      const wanted = field.to(step);
      if (same(now, wanted)) return { value: wanted };
      if (!same(now, captured.value)) throw new StateMoved(`somebody changed ${field.name(step)} meanwhile`);
      await field.refuse?.(deps, clients, step, now, wanted);
      await field.write(deps, clients, step, wanted, now);
      return { value: wanted };
    },

    verify: async (deps, step) => {
      const clients = clientsFor(deps, step.target, 'write');
      const read = async () => ({ now: await field.read(deps, clients, step) });
      const seen = await pollUntil(deps.clock, field.settleMs ?? CONSISTENT_MS, read, ({ now }) => same(now, field.to(step)));
      if (seen === undefined) return `${field.name(step)} is not as it was set${shown((await read()).now)}`;
      return field.problem?.(deps, clients, step);
    },

    undo: async (deps, step, captured) => {
      const clients = clientsFor(deps, step.target, 'undo');
      const now = await field.read(deps, clients, step);
      if (same(now, captured.value)) return [];
      if (!same(now, field.to(step))) return [`somebody changed ${field.name(step)} since${shown(now)}`];
      await field.write(deps, clients, step, captured.value, now);
      return [];
    },
  };
}

/** One field of a function's configuration, which Lambda writes under a revision. */
export interface ConfigField<K extends StepKind, V> {
  name(step: StepOf<K>): string;
  from(step: StepOf<K>): V;
  to(step: StepOf<K>): V;
  /** @throws Refused when the change would not be safe */
  pick(config: FunctionConfiguration, step: StepOf<K>): V;
  change(value: V, config: FunctionConfiguration, step: StepOf<K>): ConfigChange;
  same?(one: V, other: V): boolean;
  /** For people, who are told what somebody set instead; left out where a value may be a secret or is no short word. */
  shown?(value: V): string;
}

/** The same for a function's configuration: decided again on what is there whenever somebody else's write comes between. */
export const configStep = <K extends StepKind, V>(field: ConfigField<K, V>): StepHandler<K, Held<V>, Held<V>> =>
  fieldStep(configField(field));

/** For handlers that do more than set it. */
export function configField<K extends StepKind, V>(field: ConfigField<K, V>): Field<K, V> {
  const same = field.same ?? sameJson;
  return {
    ...field,
    read: async (deps, clients, step) => field.pick(await readSettled(deps, clients, functionOf(step)), step),
    write: async (deps, clients, step, value, before) => {
      const target = functionOf(step);
      await changeConfig(deps, clients, target, (config) => {
        const now = field.pick(config, step);
        if (same(now, value)) return undefined;
        if (!same(now, before)) throw new StateMoved(`somebody changed ${field.name(step)} meanwhile`);
        return field.change(value, config, step);
      });
      await readSettled(deps, clients, target);
    },
    problem: async (deps, clients, step) => updateProblem(await readSettled(deps, clients, functionOf(step))),
  };
}

/** Of a step that changes a function. */
const functionOf = (step: Step): Resource<'function'> => ({ ...step.target, kind: 'function' });
