import { existsSync, mkdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { writeSafetensors } from "../../../lib/formats/safetensors";
import { readTensors } from "../../../lib/formats/tensors";
import { discoverLibtorch } from "../../../lib/native/libtorch/find/find";
import { fit as train } from "../../../lib/train/fit";
import { loggedEvents } from "../../support/run-files";
import { runWsol } from "../../support/run-wsol";
import { temporaryFolder } from "../../support/temporary-folder";
import { settingsOf, TINY_CONFIG, tinyDataset } from "../../support/tiny-data";

// Weights of other tools and with a name on the command line; export.

jest.setTimeout(120_000);

const folder = temporaryFolder();
const run = join(folder, "run");
const foreign = join(folder, "foreign.safetensors");
const names = join(folder, "names.txt");
const two = join(folder, "two.txt");
let data: string;
let image: string;

beforeAll(async () => {
  data = await tinyDataset(folder);
  await train(data, { ...TINY_CONFIG, optim: { ...TINY_CONFIG.optim, epochs: 1 }, out: run });
  const { tensors } = await readTensors(join(run, "last.safetensors"));
  await writeSafetensors(foreign, { tensors, metadata: {} });
  const ids = await readFile(join(data, "metadata", "test", "image_ids.txt"), "utf8");
  image = join(data, "images", ids.slice(0, ids.indexOf("\n")).trim());
  await writeFile(names, "wren\ntit\nowl\n");
  await writeFile(two, "wren\ntit\n");
}, 60_000);

describe("wsol localize --weights", () => {
  const crop = ["--set", "data.cropSize=32", "--set", "scoreMap.size=56", "--device", "cpu"];

  test("finds with weights of other tools what the run finds, and names the classes of a file", async () => {
    const given = ["--weights", foreign, "--backbone", "resnet18", "--classes", names, ...crop];
    const { code, stdout, stderr } = await runWsol(["localize", image, ...given, "--json"]);
    expect([code, stderr]).toEqual([0, ""]);
    const ofRun = await runWsol(["localize", image, "--run", run, "--json"]);
    const [[found], [expected]] = [stdout, ofRun.stdout].map((text) => JSON.parse(text)[0].localizations);
    expect(found.probability).toBe(expected.probability);
    expect(["wren", "tit", "owl"][found.label]).toBe(found.className);
  });

  test("asks for the backbone, in words of the command line", async () => {
    const { code, stderr } = await runWsol(["localize", image, "--weights", foreign]);
    expect(code).toBe(3);
    expect(stderr).toContain("does not name its network\nPass --weights FILE --backbone NAME.\n");
  });

  test.each<[string, () => string[], number, string]>([
    ["neither a run nor weights", () => [], 2, "ERR_WSOL_USAGE: expected either '--run' or '--weights'"],
    ["both", () => ["--run", run, "--weights", foreign], 2, "expected either '--run' or '--weights'"],
    ["a backbone for a run", () => ["--run", run, "--backbone", "resnet18"], 2, "'--backbone' has no effect"],
    ["a checkpoint of a file", () => ["--weights", foreign, "--checkpoint", "best"], 2, "'--checkpoint' has no effect"],
    ["an unknown backbone", () => ["--weights", foreign, "--backbone", "vgg16"], 2, "'model.backbone'"],
    ["another backbone", () => ["--weights", foreign, "--backbone", "resnet50"], 3, "does not fit resnet50"],
    ["a file that is not there", () => ["--weights", "absent.pth", "--backbone", "resnet18"], 3, "no such file"],
    ["an unknown name", () => ["--weights", "timm/vgg16"], 3, "timm/seresnet50.ra2_in1k"],
    [
      "names that are no text",
      () => ["--weights", foreign, "--backbone", "resnet18", "--classes", foreign],
      3,
      "UTF-8",
    ],
    [
      "too few names",
      () => ["--weights", foreign, "--backbone", "resnet18", "--classes", two],
      2,
      "3 names, one for each",
    ],
    [
      "a key of training",
      () => ["--weights", foreign, "--backbone", "resnet18", "--set", "data.flip=1"],
      2,
      "unknown option 'flip'",
    ],
  ])("rejects %s", async (_, args, exit, words) => {
    const { code, stderr } = await runWsol(["localize", image, ...args()]);
    expect([code, stderr]).toEqual([exit, expect.stringContaining(words)]);
  });
});

describe("a name for model.weights", () => {
  let server: Server;
  let address: string;
  beforeAll(async () => {
    server = createServer((_, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test("that cannot be fetched says where to put the file instead, and leaves no run", async () => {
    const cache = join(folder, "empty-cache");
    // No publisher is reached either: an address of this machine stands for all of them.
    const env = {
      ...{ XDG_CACHE_HOME: cache, WSOL_WEIGHTS: address, NODE_OPTIONS: `--require ${await deadPublishers()}` },
      // Which the cache may hold too.
      WSOL_LIBTORCH: discoverLibtorch().chosen!.root,
    };
    const out = join(folder, "never");
    const settings = ["--set", "model.backbone=resnet18", "--set", "model.weights=torchvision/resnet18"];
    const { code, stderr } = await runWsol(["train", "--data", data, "--out", out, ...settings], env);
    expect(code).toBe(3);
    expect(stderr).toContain("ERR_WSOL_DOWNLOAD: cannot download the weights 'torchvision/resnet18.v1' from");
    const place = join(cache, "entropy-wsol", "weights", "torchvision", "resnet18.v1", "resnet18-f37072fd.pth");
    expect(stderr).toContain(`put 'resnet18-f37072fd.pth' at '${place}', or into a folder that WSOL_WEIGHTS names`);
    expect(existsSync(join(out, "last.safetensors"))).toBe(false);
  });

  test("that lies in a mirror and is not what was published is refused", async () => {
    const mirror = join(folder, "mirror");
    mkdirSync(mirror);
    await writeFile(join(mirror, "resnet18-f37072fd.pth"), "other");
    const { code, stderr } = await runWsol(["localize", image, "--weights", "torchvision/resnet18"], {
      WSOL_WEIGHTS: mirror,
    });
    expect(code).toBe(3);
    expect(stderr).toContain("ERR_WSOL_CHECKPOINT: expected the sha256 f37072fd");
  });

  async function deadPublishers(): Promise<string> {
    const path = join(folder, "no-network.cjs");
    const program = `const real = fetch; globalThis.fetch = (url, ...rest) =>
      String(url).startsWith("http://127.0.0.1") ? real(url, ...rest) : Promise.reject(new TypeError("no network in tests"));`;
    await writeFile(path, program);
    return path;
  }
});

describe("wsol train from weights", () => {
  const with2Classes = ["--set", "model.numClasses=5"];

  test("starts a classifier of another class count anew, says so, trains and resumes", async () => {
    const out = join(folder, "tuned");
    const settings = [...settingsOf(TINY_CONFIG), "--set", `model.weights=${foreign}`, ...with2Classes];
    const first = await runWsol(["train", "--data", data, "--out", out, ...settings, "--set", "optim.epochs=1"]);
    expect([first.code, first.stderr]).toEqual([
      0,
      expect.stringContaining(`, from ${foreign} with a fresh classifier, since theirs has 3 classes, this network 5`),
    ]);
    expect(loggedEvents(out)[0]).toMatchObject({ initialWeights: { weights: foreign, classifier: "fresh" } });
    const again = ["train", "--data", data, "--out", out, "--resume", "--set", "optim.epochs=2"];
    const second = await runWsol(again);
    expect([second.code, second.stderr]).toEqual([0, expect.stringContaining("epoch 2/2")]);
    const { tensors } = await readTensors(join(out, "last.safetensors"));
    expect(tensors.find(({ name }) => name === "fc.weight")?.shape).toEqual([5, 512]);
  });
});

describe("wsol export", () => {
  test("writes a file, prints the Python that loads it, and warns of what is not in it", async () => {
    const out = join(folder, "exported.pth");
    const { code, stdout, stderr } = await runWsol(["export", run, "--out", out]);
    expect(code).toBe(0);
    expect(stdout).toContain("model = torchvision.models.resnet18(num_classes=3)\n");
    expect(stdout).toContain(`torch.load("${out}", weights_only=True)`);
    expect(stderr).toContain("warning: model.lastStride=1 is part of the model and not of the file.");
    expect((await readTensors(out)).tensors).toHaveLength(122);
  });

  test("prints what it wrote as JSON, of best, in the format that is named", async () => {
    const out = join(folder, "exported.bin");
    const args = ["export", run, "--out", out, "--format", "safetensors", "--checkpoint", "best", "--json"];
    const { code, stdout, stderr } = await runWsol(args);
    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({ path: out, format: "safetensors", backbone: "resnet18", numClasses: 3 });
  });

  test.each<[string, () => string[], number, string]>([
    ["no file", () => [run], 2, "--out"],
    ["an unknown format", () => [run, "--out", "x", "--format", "onnx"], 2, "onnx"],
    ["an ending without a format", () => [run, "--out", join(folder, "x.bin")], 2, "ends in .safetensors or .pth"],
    ["a folder without a run", () => [data, "--out", join(folder, "x.pth")], 3, "ERR_WSOL_RUN_FOLDER"],
    ["weights of other tools", () => [foreign, "--out", join(folder, "x.pth")], 3, "holds no weights of this package"],
    ["a folder that is not there", () => [run, "--out", join(folder, "no", "x.pth")], 1, "ERR_WSOL_WRITE"],
  ])("rejects %s", async (_, args, exit, words) => {
    const { code, stderr } = await runWsol(["export", ...args()]);
    expect([code, stderr]).toEqual([exit, expect.stringContaining(words)]);
  });
});
