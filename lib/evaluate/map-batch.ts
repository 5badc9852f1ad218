import type { ScoreMapBatch } from "../native/metrics-addon";

/** Some rows of a batch of score maps and of the masks that belong to them; the whole batch is not copied. */
export function selectMaps(
  maps: ScoreMapBatch,
  masks: Uint8Array,
  rows: readonly number[],
): { readonly maps: ScoreMapBatch; readonly masks: Uint8Array } {
  if (rows.length === maps.count) return { maps, masks };
  const pixels = maps.height * maps.width;
  const data = maps.data.slice(0, rows.length * pixels);
  const selectedMasks = new Uint8Array(rows.length * pixels);
  rows.forEach((row, to) => {
    data.set(maps.data.subarray(row * pixels, (row + 1) * pixels), to * pixels);
    selectedMasks.set(masks.subarray(row * pixels, (row + 1) * pixels), to * pixels);
  });
  return { maps: { ...maps, data, count: rows.length }, masks: selectedMasks };
}
