import type { FunctionSubnet } from '../../model/state.ts';

/** `subnet-1 (eu-central-1a)`. */
export const subnetInZone = ({ subnetId, zone }: FunctionSubnet): string => `${subnetId} (${zone})`;

/** An empty name is a zone that nobody could tell; it counts as one more. */
export const zonesOf = (subnets: readonly FunctionSubnet[]): string[] => [...new Set(subnets.map(({ zone }) => zone))].sort();
