import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Dataset } from "../../../lib/data/dataset";
import { loaderFor } from "../../../lib/data/images/loader-for";
import { argmaxRows, type EvaluateSplitOptions, evaluateSplit } from "../../../lib/evaluate/evaluate-split";
import { Localizer } from "../../../lib/localize/localizer";
import type { NativeNetwork } from "../../../lib/native/torch-addon";
import { caught } from "../../support/caught";
import { FAKE_CONFIG, writeFakeModel } from "../../support/fake-model";
import { fakeTorch } from "../../support/fake-torch";
import { greyIds, writeGreySplit } from "../../support/grey-data";
import { temporaryFolder } from "../../support/temporary-folder";
import { refuseUnhandledRejections } from "../../support/unhandled-rejections";

// Which batch is where at what time: the network is a stand-in.
jest.mock("../../../lib/native/load-torch", () => require("../../support/fake-torch"));

const folder = temporaryFolder();
const BATCH = 2;
const BATCHES = 4;

let dataset: Dataset;
let model: Localizer;

beforeAll(async () => {
  await writeGreySplit(join(folder, "data"), "test", { ids: greyIds("test", BATCH * BATCHES) });
  await writeFakeModel(join(folder, "run"), { last: 1, best: 1 });
  dataset = await Dataset.open(join(folder, "data"));
  model = await Localizer.load(join(folder, "run"));
  fakeTorch.hitsAfter = () => 1;
});
afterAll(() => model.close());
refuseUnhandledRejections();

/** `infer` gets the number of the batch, from 0, and what the stand-in would do. */
function run(
  infer: (batch: number, answer: () => ReturnType<NativeNetwork["infer"]>) => ReturnType<NativeNetwork["infer"]>,
  options: Partial<EvaluateSplitOptions> = {},
) {
  let batch = 0;
  const network: Pick<NativeNetwork, "infer"> = {
    infer: (...args) => infer(batch++, () => model.network.infer(...args)),
  };
  const loader = loaderFor({ ...FAKE_CONFIG.data, cache: "none" });
  return evaluateSplit(network, dataset.split("test"), loader, {
    ...{ side: FAKE_CONFIG.data.cropSize, batchSize: BATCH, scoreMap: FAKE_CONFIG.scoreMap, numClasses: 3 },
    ...{ multiLabel: "softmax", ...FAKE_CONFIG.evaluation, valThreshold: null },
    ...options,
  }).finally(() => loader.close());
}

describe("evaluateSplit", () => {
  test("has the next batch in the network while one is counted, and no more than that", async () => {
    const begun: number[] = [];
    const inNetwork: number[] = [];
    const onScoreMaps = async () => {
      await sleep(20);
      inNetwork.push(begun.length);
    };
    const found = await run(
      (batch, answer) => {
        begun.push(batch);
        return answer();
      },
      { onScoreMaps },
    );
    expect(inNetwork).toEqual([2, 3, 4, 4]);
    expect(found).toMatchObject({ images: BATCH * BATCHES, gtKnownLoc: 1 / BATCH, top1Cls: 1 / BATCH });
  });

  test("counts every batch before it reports progress, whatever the network's pace", async () => {
    const seen: string[] = [];
    await run(async (batch, answer) => sleep(batch === 0 ? 30 : 0).then(answer), {
      onScoreMaps: async ([name]) => {
        await sleep(5);
        seen.push(name!);
      },
      onProgress: (done, total) => seen.push(`${done}/${total}`),
    });
    expect(seen).toEqual(["test-0.png", "2/8", "test-2.png", "4/8", "test-4.png", "6/8", "test-6.png", "8/8"]);
  });

  test("rejects with what the network failed with, when the batches before are counted", async () => {
    const reason = new Error("out of memory");
    const done: number[] = [];
    const call = run((batch, answer) => (batch === 2 ? Promise.reject(reason) : answer()), {
      onProgress: (count) => done.push(count),
    });
    expect(await caught(() => call)).toBe(reason);
    expect(done).toEqual([2, 4]);
  });

  test("rejects with what counting failed with, though the next batch fails too or never comes back", async () => {
    const reason = new Error("disk full");
    const onScoreMaps = () => Promise.reject(reason);
    const never = () => new Promise<never>(() => undefined);
    const failing = () => Promise.reject(new Error("late"));
    for (const then of [never, failing]) {
      const call = run((batch, answer) => (batch === 0 ? answer() : then()), { onScoreMaps });
      expect(await caught(() => call)).toBe(reason);
    }
  });

  test("rejects with the signal's reason while the network computes, or a batch is counted", async () => {
    const reason = new Error("enough");
    for (const abortIn of ["network", "counting"]) {
      const controller = new AbortController();
      const abort = () => controller.abort(reason);
      const infer = (batch: number, answer: () => ReturnType<NativeNetwork["infer"]>) => {
        if (abortIn === "counting" || batch < 2) return answer();
        setTimeout(abort, 5);
        return new Promise<never>(() => undefined);
      };
      const onScoreMaps = async () => {
        if (abortIn === "counting") abort();
      };
      expect(await caught(() => run(infer, { signal: controller.signal, onScoreMaps }))).toBe(reason);
    }
  });
});

describe("argmaxRows", () => {
  test("gives the column of each row's largest value, the first on ties", () => {
    const rows = [
      [0.9, 0.06, 0.04],
      [0.1, 0.7, 0.2],
      [0.4, 0.4, 0.2],
      [0.1, 0.1, 0.8],
      [0, 0, 0],
    ];
    expect([...argmaxRows(Float64Array.from(rows.flat()), 3)]).toEqual([0, 1, 0, 2, 0]);
    expect([...argmaxRows(Float64Array.of(3, 5), 1)]).toEqual([0, 0]);
  });
});
