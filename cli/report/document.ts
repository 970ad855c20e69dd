import * as z from 'zod/mini';
import { RESOURCE_KINDS } from '../../shared/model/resource.ts';
import { SEVERITIES } from '../../shared/model/rule.ts';
import { countsEntry, resourceEntry } from '../findings/document.ts';

/** Null stands for what the source does not tell: a scan knows no questions, the ledger counts no passes. */
const told = z.nullable(z.int());

const placeEntry = {
  open: countsEntry,
  exempt: z.int(),
  unknown: z.int(),
  /** Resources that were judged, and those of them with neither an open finding nor anything unknown. */
  resources: told,
  clean: told,
};

const verdictsEntry = {
  /** How many resources pass, violate, could not be judged, or are exempt; each is counted once, by the gravest of these. */
  pass: told,
  violation: z.int(),
  unknown: z.int(),
  exempt: z.int(),
};

/** `cinch report --format json`. */
export const reportDocument = z.strictObject({
  /** Of what moment it tells; ISO. */
  at: z.string(),
  source: z.enum(['scan', 'ledger']),
  /** The days that the trend and what is new and ended speak of; ISO. */
  period: z.strictObject({ from: z.string(), to: z.string() }),
  /** What a reader must know before taking the figures for the whole. */
  notes: z.array(z.string()),
  summary: z.strictObject({
    ...placeEntry,
    /** Findings first seen, and ended, within the period. */
    opened: told,
    ended: told,
    asked: told,
  }),
  accounts: z.array(
    z.strictObject({ account: z.string(), name: z.nullable(z.string()), unit: z.nullable(z.string()), ...placeEntry }),
  ),
  /** As the configuration names them; empty without one. */
  units: z.array(z.strictObject({ unit: z.nullable(z.string()), accounts: z.int(), ...placeEntry })),
  /** Rules with a finding or anything unknown, the gravest first. */
  rules: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      severity: z.enum(SEVERITIES),
      resource: z.enum(RESOURCE_KINDS),
      ...verdictsEntry,
    }),
  ),
  /** The items of the white paper's audit checklist. */
  checklist: z.array(z.strictObject({ id: z.string(), title: z.string(), rules: z.array(z.string()), ...verdictsEntry })),
  /** Open findings at the end of each day, or at each scan. */
  trend: z.array(z.strictObject({ at: z.string(), ...countsEntry.shape })),
  timeToFix: z.nullable(
    z.array(
      z.strictObject({
        severity: z.enum(SEVERITIES),
        ended: z.int(),
        byCinch: z.int(),
        /** From its opening to its end; nearest rank; null where nothing has ended. */
        medianHours: z.nullable(z.number()),
        p90Hours: z.nullable(z.number()),
      }),
    ),
  ),
  /** Oldest first. */
  questions: z.nullable(
    z.array(
      z.strictObject({
        plan: z.string(),
        rule: z.string(),
        severity: z.enum(SEVERITIES),
        resource: resourceEntry,
        summary: z.string(),
        askedAt: z.string(),
        ageHours: z.number(),
        expiresAt: z.nullable(z.string()),
        approvals: z.int(),
        approvalsNeeded: z.int(),
      }),
    ),
  ),
  /** What the mode `fix` would have done with what was open within the period and was not put right by Cinch. */
  fixMode: z.strictObject({
    findings: z.int(),
    safe: z.int(),
    approval: z.int(),
    manual: z.int(),
    notKnown: z.int(),
    /** Kinds of change, the most frequent first; a finding may take several. */
    steps: z.array(z.strictObject({ kind: z.string(), title: z.string(), safe: z.int(), approval: z.int() })),
  }),
  /** What an open finding of each severity weighs in `worst`. */
  weights: countsEntry,
  /** The functions whose open findings weigh most. */
  worst: z.array(
    z.strictObject({
      resource: resourceEntry,
      weight: z.int(),
      findings: z.array(z.strictObject({ rule: z.string(), severity: z.enum(SEVERITIES), summary: z.string() })),
    }),
  ),
  /** The next to end first. */
  exemptions: z.array(
    z.strictObject({
      /** Rule id, or `*`. */
      rule: z.string(),
      /** ARN; a trailing `*` matches a prefix. */
      resource: z.string(),
      owner: z.nullable(z.string()),
      reason: z.string(),
      expires: z.nullable(z.string()),
      /** Whole days; negative once it has ended. */
      daysLeft: told,
      /** How many findings it covers now. */
      findings: z.int(),
    }),
  ),
});

export type ReportDocument = z.output<typeof reportDocument>;
export type PlacePosture = Pick<ReportDocument['accounts'][number], keyof typeof placeEntry>;
export type Verdicts = Pick<ReportDocument['checklist'][number], keyof typeof verdictsEntry>;
