/** A fraction as people read it; a dash for what the data cannot give. */
export function percent(fraction: number | null): string {
  return fraction === null ? "-" : `${(100 * fraction).toFixed(1)} %`;
}
