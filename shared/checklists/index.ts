/** Placeholder types until the lists are written. */
export type ChecklistId = string;
