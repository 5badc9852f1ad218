import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { decodeSafetensors, encodeSafetensors } from "../../../lib/formats/safetensors";
import type { RunRecords } from "../../../lib/runs/image-records";
import { readRunRecords, writeRunRecords } from "../../../lib/runs/records";
import { caught } from "../../support/caught";
import { fakeRecords, plainRecords } from "../../support/fake-records";
import { fakeEvaluation, writeFakeRun } from "../../support/fake-run";
import { temporaryFolder } from "../../support/temporary-folder";

const root = temporaryFolder();
const FILE = "records.safetensors.gz";
let count = 0;

async function runWith(records: RunRecords | null, evaluation = fakeEvaluation()): Promise<string> {
  const folder = writeFakeRun(join(root, `run-${count++}`), { evaluation });
  if (records !== null) await writeRunRecords(folder, records, evaluation);
  return folder;
}

/** A run whose records file was changed. */
async function damaged(change: (bytes: Buffer) => Uint8Array): Promise<string> {
  const folder = await runWith(fakeRecords(3));
  writeFileSync(join(folder, FILE), change(readFileSync(join(folder, FILE))));
  return folder;
}

/** A records file that is whole, with other metadata. */
const withMetadata = (changes: Record<string, string>) => (bytes: Buffer) => {
  const { tensors, metadata } = decodeSafetensors(gunzipSync(bytes));
  return gzipSync(Buffer.concat(encodeSafetensors({ tensors, metadata: { ...metadata, ...changes } })));
};

const refusal = async (folder: string) => {
  const { code, message, details, fix } = await caught(() => readRunRecords(folder));
  expect([code, details.path]).toEqual(["ERR_WSOL_RUN_FOLDER", folder]);
  return { message: message.replaceAll(folder, "RUN"), file: details.file, fix: fix?.replaceAll(folder, "RUN") };
};

describe("readRunRecords", () => {
  test("gives back what was written, with the evaluation that it belongs to", async () => {
    const records = fakeRecords(20);
    const { evaluation, ...found } = await readRunRecords(await runWith(records));
    expect(found).toEqual(records);
    expect(evaluation).toEqual(fakeEvaluation());
  });

  test("gives back what has no boxes, no masks, no predictions or no threshold of val", async () => {
    const bare = fakeRecords(2, 0, { hits: null, pixels: null, predicted: null, entropy: null, valThreshold: null });
    expect(await readRunRecords(await runWith(bare))).toMatchObject(bare);
    const given = plainRecords([true, false], null);
    expect(await readRunRecords(await runWith(given))).toMatchObject(given);
  });

  test("gives back the pairs of images with several classes", async () => {
    const { hits, pixels, labels } = fakeRecords(5, 1);
    const records = fakeRecords(3, 2, { hits, pixels, labels, labelOffsets: Int32Array.of(0, 2, 3, 5) });
    expect(await readRunRecords(await runWith(records))).toMatchObject(records);
  });

  test("takes little room: the records of CUB's test set without masks are below 1 MB", async () => {
    const folder = await runWith({ ...fakeRecords(5794), pixels: null });
    expect(readFileSync(join(folder, FILE)).length).toBeLessThan(2 ** 20);
  });

  const fix = "Run: wsol evaluate --run RUN --data /data/set --split test";

  test("rejects a folder without evaluation or records, with the command that makes them", async () => {
    const bare = writeFakeRun(join(root, "bare"), { evaluation: null });
    expect(await refusal(bare)).toEqual({
      message: "cannot use the images of the run 'RUN': it has no evaluation",
      file: "evaluation.json",
      fix: "Run: wsol evaluate --run RUN --data DIR --split test",
    });
    expect(await refusal(await runWith(null))).toEqual({
      message: "cannot use the images of the run 'RUN': it has no records of single images",
      file: FILE,
      fix,
    });
    expect((await caught(() => readRunRecords(join(root, "none")))).message).toContain("no such folder");
  });

  test("rejects records of another evaluation than the one in the folder", async () => {
    const folder = await runWith(fakeRecords(3));
    writeFileSync(join(folder, "evaluation.json"), JSON.stringify(fakeEvaluation({ top1Cls: 0.51 })));
    const { message, fix: advice } = await refusal(folder);
    expect(message).toContain(`its ${FILE} belongs to another evaluation than its evaluation.json`);
    expect(advice).toBe(fix);
  });

  test.each<[string, (bytes: Buffer) => Uint8Array, string]>([
    ["that is empty", () => new Uint8Array(0), "it is cut short"],
    ["that is cut short", (bytes) => bytes.subarray(0, bytes.length - 9), "it is cut short"],
    ["with a byte changed", (bytes) => bytes.map((byte, at) => (at === 200 ? byte ^ 1 : byte)), "it is damaged"],
    ["of another kind", () => Buffer.from("no gzip file at all"), "it is damaged"],
    ["of a later format", withMetadata({ format: "2" }), "expected records of format 1, got '2'"],
    ["with a step out of range", withMetadata({ step: "0" }), "expected a step from 0.0001 to 1, got '0'"],
    [
      "whose step would fill the memory",
      withMetadata({ step: "1e-300" }),
      "expected a step from 0.0001 to 1, got '1e-300'",
    ],
    ["whose ids are no list", withMetadata({ ids: "null" }), "its ids are no list of names"],
    ["whose ids are no names", withMetadata({ ids: "[1, 2, 3]" }), "its ids are no list of names"],
    ["whose threshold of val is no number", withMetadata({ valThreshold: '"a"' }), "its threshold of val is no number"],
    ["with metadata that are no JSON", withMetadata({ ids: "[" }), "its metadata are not JSON"],
    ["of other ids", withMetadata({ ids: '["a"]' }), "its tensors are not of one number of images"],
    ["of another grid", withMetadata({ step: "0.5" }), "numbers"],
  ])("rejects a file %s", async (_, change, reason) => {
    expect((await refusal(await damaged(change))).message).toContain(reason);
  });

  test.each<[string, Partial<RunRecords>]>([
    ["labels of other images", { labels: Int32Array.of(1), pixels: null }],
    ["pairs of other images", { labelOffsets: Int32Array.of(0, 1, 3) }],
    ["an image without a pair", { labelOffsets: Int32Array.of(0, 0, 2, 3) }],
    ["more pairs than labels", { labelOffsets: Int32Array.of(0, 1, 2, 4) }],
    ["entropies of other images", { entropy: Float64Array.of(1, 2) }],
  ])("rejects %s", async (_, changes) => {
    const { message } = await refusal(await runWith(fakeRecords(3, 0, changes)));
    expect(message).toContain("its tensors are not of one number of images");
  });

  test.each([
    ["begin after the first threshold", [0, 1, 2], [1, 0], [1, 1]],
    ["lie beyond the grid", [0, 2, 3], [0, 10, 0], [1, 0, 1]],
    ["do not ascend", [0, 3, 4], [0, 5, 5, 0], [1, 0, 1, 1]],
    ["are none of an image", [0, 0, 1], [0], [1]],
    ["are no bits of hits", [0, 1, 2], [0, 0], [16, 1]],
    ["are fewer than their thresholds", [0, 1, 2], [0, 0], [1]],
  ])("rejects states that %s", async (_, offsets, begins, states) => {
    const hits = {
      offsets: Int32Array.from(offsets),
      begins: Int32Array.from(begins),
      states: Uint8Array.from(states),
    };
    const { message } = await refusal(await runWith(fakeRecords(2, 0, { hits })));
    expect(message).toContain("its hits are no states over the threshold grid");
  });
});

test("writeRunRecords rejects a folder that is not there", async () => {
  const written = caught(() => writeRunRecords(join(root, "gone"), fakeRecords(1), fakeEvaluation()));
  expect((await written).code).toBe("ERR_WSOL_WRITE");
});
