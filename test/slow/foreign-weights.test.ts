import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { exportWeights } from "../../lib/checkpoint/export-weights";
import { writeWeights } from "../../lib/checkpoint/weights";
import { resolveConfig } from "../../lib/config/resolve";
import type { WeightsSource } from "../../lib/localize/load-weights";
import { Localizer } from "../../lib/localize/localizer";
import { openNetwork } from "../../lib/models/network";
import { differenceOverRange, type Pixels } from "../support/foreign-weights";
import { patternBatch } from "../support/small-network";
import { temporaryFolder } from "../support/temporary-folder";

// Files that PyTorch, timm and numpy wrote, and files of ours that they read, where a Python with them is at hand.

jest.setTimeout(900_000);

const PYTHON = process.env.WSOL_TEST_PYTHON ?? "python3";
const PROGRAM = join(__dirname, "foreign-weights.py");
const TOLERANCE = 1e-4;
const folder = temporaryFolder();

interface Written {
  readonly file: string;
  readonly backbone: string;
  readonly logits: readonly (readonly number[])[];
  readonly mean: Pixels;
  readonly std: Pixels;
}

const reason = whyNot();
if (reason !== null) console.warn(`skipped: files of PyTorch and for PyTorch, ${reason}`);
const withPython = reason === null ? describe : describe.skip;

function whyNot(): string | null {
  try {
    execFileSync(PYTHON, [PROGRAM, "check"], { stdio: "pipe" });
    return null;
  } catch (error) {
    const lastWords = String((error as { stderr?: Buffer }).stderr ?? error).trim();
    return `since ${PYTHON} cannot import torch, torchvision, timm, safetensors and numpy (WSOL_TEST_PYTHON names another): ${lastWords.split("\n").at(-1)}`;
  }
}

async function logitsOf(source: string | WeightsSource): Promise<Float32Array> {
  const model = await Localizer.load(source, { device: "cpu" });
  try {
    return (await model.network.infer(patternBatch(2, 64), null)).logits;
  } finally {
    await model.close();
  }
}

withPython("files that PyTorch, timm and numpy wrote", () => {
  test("load and give PyTorch's logits within 1e-4 of their range", async () => {
    await promisify(execFile)(PYTHON, [PROGRAM, "write", folder]);
    const all = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Written[];
    expect(all).toHaveLength(4 * 4 + 2 * 2);
    const differences: Record<string, number> = {};
    for (const { file, backbone, logits, mean, std } of all) {
      const weights = join(folder, file);
      const source = { weights, backbone, lastStride: 2, mean, std } as unknown as WeightsSource;
      differences[file] = differenceOverRange(await logitsOf(source), logits);
      rmSync(weights);
    }
    console.info(differences);
    expect(Object.entries(differences).filter(([, difference]) => !(difference < TOLERANCE))).toEqual([]);
  });
});

withPython("files that were exported", () => {
  test.each([
    ["preresnet18", 1],
    ["seresnet50", 1],
    ["resnet18", 1],
    ["resnet50", 1],
    ["resnet18", 2],
  ] as const)(
    "of %s with stride %d load strictly by the lines that are told, and give the same logits",
    async (backbone, lastStride) => {
      const mean: Pixels = [0.4, 0.5, 0.6];
      const run = join(folder, `run-${backbone}-${lastStride}`);
      mkdirSync(run);
      const config = resolveConfig({
        ...{ model: { backbone, lastStride, layer3Stride: lastStride }, device: "cpu", seed: 5 },
        data: { mean: [...mean] },
      });
      writeFileSync(join(run, "config.json"), JSON.stringify(config));
      const network = await openNetwork(config, 7);
      const info = { config, numClasses: 7, classes: null, epoch: 1, valThreshold: null };
      await writeWeights(join(run, "last.safetensors"), await network.exportTensors(), info);
      await network.close();
      const logits = await logitsOf(run);
      for (const format of ["safetensors", "pth"] as const) {
        const exported = await exportWeights(run, { out: join(folder, `exported.${format}`) });
        const given = ["load", exported.python!, JSON.stringify(exported.mean), JSON.stringify(exported.std)];
        const { stdout } = await promisify(execFile)(PYTHON, [PROGRAM, ...given]);
        expect(differenceOverRange(logits, JSON.parse(stdout))).toBeLessThan(TOLERANCE);
      }
    },
  );
});
