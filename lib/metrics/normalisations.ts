export const NORMALISATIONS = ["minmax", "max", "pas", "ivr"] as const;
/**
 * `minmax`: subtract the minimum, divide by the maximum. `max`: clamp at 0, divide by the maximum. `pas`: subtract the
 * minimum, divide by the 90th percentile, cap at 1. `ivr`: subtract the 45th percentile, clamp at 0, divide by the maximum.
 */
export type Normalisation = (typeof NORMALISATIONS)[number];
