import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { applySettings, configKeys, readConfigFile, resolveConfig } from "../../../lib/config/resolve";
import type { ConfigInput } from "../../../lib/config/schema";
import { caught } from "../../support/caught";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const loose = (value: unknown) => value as ConfigInput;

describe("resolveConfig", () => {
  test("fills in the reference recipe", () => {
    const config = resolveConfig({});
    expect(config.model).toMatchObject({ backbone: "preresnet18", stem: "plain", lastStride: 1, layer3Stride: 2 });
    expect(config.loss).toEqual({ regularizer: "entropy", lambda: 0, reduction: "mean", multiLabel: "softmax" });
    expect(config.data).toMatchObject({ imageSize: 256, cropSize: 224, flip: 0.5, cmyk: "refuse" });
    expect(config.optim).toMatchObject({ epochs: 50, decayEvery: 15, batchSize: 32, momentum: 0.9, weightDecay: 1e-4 });
    expect(config.evaluation).toEqual({ step: 0.001, sigma: 0.15 });
  });

  test("takes the pixels' statistics of weights with a name along, unless they are given", () => {
    const model = { backbone: "preresnet18", weights: "timm/resnetv2_18.ra4_e3600_r224_in1k" } as const;
    const halves = [0.5, 0.5, 0.5];
    expect(resolveConfig({ model }).data).toMatchObject({ mean: halves, std: halves });
    const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
    expect(resolveConfig({}).data).toMatchObject(imagenet);
    expect(resolveConfig({ model: { ...model, weights: "some/file.pth" } }).data).toMatchObject(imagenet);
    expect(resolveConfig({ model, data: { mean: [0, 0, 0] } }).data).toMatchObject({ mean: [0, 0, 0], std: halves });
    const stored = resolveConfig({ model, data: { mean: [0, 0, 0], std: [1, 1, 1] } });
    expect(resolveConfig(stored)).toEqual(stored);
  });

  test.each(["torchvision/resnet50", "torchvision/resnet50.v1", "torchvision/resnet50.v2"])(
    "rejects %s for another backbone",
    async (weights) => {
      expect(resolveConfig({ model: { backbone: "resnet50", weights } }).model.weights).toBe(weights);
      expect(await caught(() => resolveConfig({ model: { weights } }))).toMatchObject({
        code: "ERR_WSOL_CONFIG",
        message: `expected 'resnet50' with model.weights=${weights} for 'model.backbone', got "preresnet18"`,
      });
    },
  );

  test("resolving a resolved configuration changes nothing", () => {
    const config = resolveConfig({ loss: { lambda: 0.1 }, seed: 7 });
    expect(resolveConfig(config)).toEqual(config);
  });

  test("takes null for what the data set or the weights decide", () => {
    const { model, optim } = resolveConfig({ model: { numClasses: null }, optim: { classifierLrMultiplier: null } });
    expect([model.numClasses, optim.classifierLrMultiplier]).toEqual([null, null]);
  });

  test.each([
    [{ model: { backbon: "resnet18" } }, "model.backbon", "model.backbone"],
    [{ backbone: "resnet18" }, "backbone", "model.backbone"],
    [{ loss: { lamda: 1 } }, "loss.lamda", "loss.lambda"],
    [{ optim: { learningRate: 1, epoch: 2 } }, "optim.learningRate", undefined],
    [{ sead: 1 }, "sead", "seed"],
    [JSON.parse('{"__proto__": {"seed": 3}}'), "__proto__", undefined],
    [JSON.parse('{"model": {"__proto__": {"lastStride": 2}}}'), "model.__proto__", undefined],
    [{ constructor: 1 }, "constructor", undefined],
    [{ lr: 1 }, "lr", "optim.lr"],
  ])("rejects the unknown key of %j and names the nearest", async (input, key, nearest) => {
    const error = await caught(() => resolveConfig(loose(input)));
    expect(error).toMatchObject({
      code: "ERR_WSOL_CONFIG",
      message: `unknown configuration key '${key}'`,
      details: { key },
    });
    expect([...configKeys(), null]).toContain(error.details.nearest);
    if (nearest !== undefined) expect(error.fix).toBe(`Did you mean '${nearest}'?`);
  });

  test("guesses nothing for a key that is like none", async () => {
    const error = await caught(() => resolveConfig(loose({ photographs: 1 })));
    expect(error).toMatchObject({ details: { nearest: null }, fix: "`wsol train --help` lists the keys." });
  });

  test.each([
    [
      { model: { backbone: "vgg16" } },
      "model.backbone",
      "one of preresnet18, seresnet50, resnet18, resnet50",
      '"vgg16"',
    ],
    [{ model: { lastStride: 3 } }, "model.lastStride", "1 or 2", "3"],
    [{ model: { lastStride: "1" } }, "model.lastStride", "1 or 2", '"1"'],
    [{ model: { numClasses: 1 } }, "model.numClasses", "a number of at least 2", "1"],
    [{ model: { numClasses: 2.5 } }, "model.numClasses", "a whole number", "2.5"],
    [{ loss: { lambda: "much" } }, "loss.lambda", "a number", '"much"'],
    [{ loss: { lambda: -1 } }, "loss.lambda", "a number of at least 0", "-1"],
    [{ loss: { lambda: Number.NaN } }, "loss.lambda", "a number", "NaN"],
    [{ loss: { lambda: Number.POSITIVE_INFINITY } }, "loss.lambda", "a number", "Infinity"],
    [{ optim: { lr: 0 } }, "optim.lr", "a number above 0", "0"],
    [{ optim: { momentum: 1 } }, "optim.momentum", "a number below 1", "1"],
    [{ optim: { nesterov: 1 } }, "optim.nesterov", "a boolean", "1"],
    [{ optim: { epochs: 0 } }, "optim.epochs", "a number above 0", "0"],
    [{ data: { flip: 1.5 } }, "data.flip", "a number of at most 1", "1.5"],
    [{ evaluation: { step: 0 } }, "evaluation.step", "a number of at least 0.0001", "0"],
    [{ device: "gpu" }, "device", "auto, cpu or cuda:N", '"gpu"'],
    [{ device: "cuda:" }, "device", "auto, cpu or cuda:N", '"cuda:"'],
    [{ seed: 2 ** 32 }, "seed", "a number of at most 4294967295", "4294967296"],
    [{ seed: -1 }, "seed", "a number of at least 0", "-1"],
    [{ data: { mean: 0.5 } }, "data.mean", "three numbers, as [0.485, 0.456, 0.406]", "0.5"],
    [{ data: { std: [1, 1] } }, "data.std", "three numbers, as [0.485, 0.456, 0.406]", "an array of 2"],
    [{ data: { std: [1, 1, 1, 1] } }, "data.std", "three numbers, as [0.485, 0.456, 0.406]", "an array of 4"],
    [{ data: { std: [1, 0, 1] } }, "data.std.1", "a number above 0", "0"],
    [{ data: { mean: [0.5, "x", 0] } }, "data.mean.1", "a number", '"x"'],
    [{ model: { padding: "valid" } }, "model.padding", "one of symmetric, same", '"valid"'],
    [{ model: 3 }, "model", "an object", "3"],
    [[], "config", "an object", "an array of 0"],
    [null, "config", "an object", "null"],
  ])("rejects %j", async (input, key, expected, got) => {
    const error = await caught(() => resolveConfig(loose(input)));
    expect(error.code).toBe("ERR_WSOL_CONFIG");
    expect(error.message).toBe(`expected ${expected} for '${key}', got ${got}`);
    expect(error.details).toMatchObject({ key });
  });

  test.each([
    [
      { data: { imageSize: 128 } },
      "data.cropSize",
      "expected at most data.imageSize (128) for 'data.cropSize', got 224",
    ],
    [{ model: { backbone: "resnet18", stem: "activated" } }, "model.stem", undefined],
    [{ loss: { regularizer: "label-smoothing", lambda: 1.5 } }, "loss.lambda", undefined],
    [
      { method: { name: "acol" }, scoreMap: { kind: "layer-cam" } },
      "scoreMap.kind",
      "expected 'cam' with method.name=acol, whose maps are its own for 'scoreMap.kind', got \"layer-cam\"",
    ],
  ])("rejects values that do not go together: %j", async (input, key, message) => {
    const error = await caught(() => resolveConfig(loose(input)));
    expect(error).toMatchObject({ code: "ERR_WSOL_CONFIG", details: { key } });
    if (message !== undefined) expect(error.message).toBe(message);
  });

  test.each(["grad-cam", "grad-cam++", "layer-cam"] as const)("rejects ACoL with %s at any stage", async (kind) => {
    for (const stage of [1, 2, 3, 4]) {
      const error = await caught(() => resolveConfig({ method: { name: "acol" }, scoreMap: { kind, stage } }));
      expect(error).toMatchObject({ code: "ERR_WSOL_CONFIG", details: { key: "scoreMap.kind" } });
    }
  });

  test("leaves Object.prototype alone", () => {
    expect(() => resolveConfig(JSON.parse('{"loss": {"__proto__": {"polluted": 1}}}'))).toThrow();
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe("applySettings", () => {
  test.each([
    ["loss.lambda=1e-4", { loss: { lambda: 1e-4 } }],
    ["loss.lambda=1E-07", { loss: { lambda: 1e-7 } }],
    ["optim.nesterov=false", { optim: { nesterov: false } }],
    ["model.numClasses=null", { model: { numClasses: null } }],
    ["model.weights=w/resnet=50.pth", { model: { weights: "w/resnet=50.pth" } }],
    ['model.weights="123"', { model: { weights: "123" } }],
    ["model.weights=C:\\w\\a.pth", { model: { weights: "C:\\w\\a.pth" } }],
    ["device=cuda:0", { device: "cuda:0" }],
    [" seed = 3", { seed: 3 }],
    ["optim.lr=", { optim: { lr: null } }],
  ])("reads %s", (setting, expected) => {
    expect(applySettings({}, [setting])).toEqual(expected);
  });

  test("applies settings in order over the base, which stays as it is", () => {
    const base: ConfigInput = { loss: { lambda: 1, reduction: "sum" } };
    expect(applySettings(base, ["loss.lambda=2", "loss.lambda=3", "seed=1"])).toEqual({
      loss: { lambda: 3, reduction: "sum" },
      seed: 1,
    });
    expect(base).toEqual({ loss: { lambda: 1, reduction: "sum" } });
  });

  test.each([["lambda"], ["=3"], [""]])("rejects '%s', which is no key=value", async (setting) => {
    expect(await caught(() => applySettings({}, [setting]))).toMatchObject({
      code: "ERR_WSOL_CONFIG",
      message: `expected key=value for '--set', got ${JSON.stringify(setting)}`,
    });
  });

  test("rejects a value that YAML cannot read", async () => {
    expect(await caught(() => applySettings({}, ["seed=[1"]))).toMatchObject({ code: "ERR_WSOL_CONFIG" });
  });

  test("rejects a key below a value", async () => {
    const error = await caught(() => applySettings({ seed: 1 }, ["seed.x=1"]));
    expect(error).toMatchObject({ code: "ERR_WSOL_CONFIG", message: "unknown configuration key 'seed.x'" });
  });

  test.each(["__proto__.seed=1", "model.__proto__.lastStride=2", "constructor.prototype.x=1", "model..x=1", ".=1"])(
    "hands %s on as an unknown key and leaves Object.prototype alone",
    async (setting) => {
      const error = await caught(() => resolveConfig(applySettings({}, [setting])));
      expect(error).toMatchObject({ code: "ERR_WSOL_CONFIG" });
      expect(error.message).toContain("unknown configuration key");
      expect(Object.keys(Object.prototype)).toEqual([]);
      expect(({} as { seed?: number }).seed).toBeUndefined();
    },
  );
});

describe("readConfigFile", () => {
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  test("reads YAML and JSON alike", async () => {
    const expected = { loss: { lambda: 1e-4, regularizer: "jeffreys" } };
    const yaml = write("a.yaml", "loss:\n  lambda: 1e-4 # small\n  regularizer: jeffreys\n");
    expect(await readConfigFile(yaml)).toEqual(expected);
    expect(await readConfigFile(write("a.json", JSON.stringify(expected)))).toEqual(expected);
  });

  test("an empty file is the default configuration", async () => {
    expect(await readConfigFile(write("empty.yaml", "# nothing\n"))).toEqual({});
  });

  test.each([
    ["list.yaml", "- 1\n- 2\n", "expected a mapping of keys"],
    ["text.yaml", "hello", "expected a mapping of keys"],
    ["broken.yaml", "a: [1\nb: }", "is neither YAML nor JSON"],
    ["twice.yaml", "seed: 1\nseed: 2\n", "is neither YAML nor JSON"],
    [
      "bomb.yaml",
      `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefgh".replace(/./g, (k) => `${k}: &${k} [${`*${String.fromCharCode(k.charCodeAt(0) - 1)},`.repeat(9)}]\n`)}`,
      "is neither YAML nor JSON",
    ],
  ])("rejects %s naming it", async (name, text, words) => {
    const path = write(name, text);
    const error = await caught(() => readConfigFile(path));
    expect(error).toMatchObject({ code: "ERR_WSOL_CONFIG", details: { path } });
    expect(error.message).toContain(path);
    expect(error.message).toContain(words);
  });

  test.each([["absent.yaml"], ["."]])("rejects the unreadable %s", async (name) => {
    const error = await caught(() => readConfigFile(join(folder, name)));
    expect(error).toMatchObject({ code: "ERR_WSOL_CONFIG", details: { path: join(folder, name) } });
    expect(error.cause).toBeDefined();
  });
});

describe("configKeys", () => {
  test("lists every leaf, dotted", () => {
    expect(configKeys()).toEqual(
      expect.arrayContaining(["model.backbone", "loss.lambda", "optim.lr", "device", "seed"]),
    );
    expect(configKeys()).not.toContain("model");
    expect(new Set(configKeys()).size).toBe(configKeys().length);
  });
});

describe("loss.multiLabel", () => {
  test.each(["confidence-penalty", "jeffreys", "jensen-shannon"] as const)("bce refuses %s", (regularizer) => {
    expect(() => resolveConfig({ loss: { regularizer, multiLabel: "bce" } })).toThrow(
      "expected one of none, entropy, label-smoothing with loss.multiLabel=bce for 'loss.regularizer'",
    );
    expect(resolveConfig({ loss: { regularizer } }).loss.multiLabel).toBe("softmax");
  });

  test("bce takes the terms that have a binary form", () => {
    for (const regularizer of ["none", "entropy", "label-smoothing"] as const) {
      expect(resolveConfig({ loss: { regularizer, multiLabel: "bce" } }).loss.regularizer).toBe(regularizer);
    }
  });

  test("bce refuses ACoL", () => {
    expect(() => resolveConfig({ loss: { multiLabel: "bce" }, method: { name: "acol" } })).toThrow(
      "expected 'softmax' with method.name=acol",
    );
  });
});
