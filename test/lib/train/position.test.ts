import { addStep, noTotals, type Position, parsePosition, startPosition } from "../../../lib/train/position";
import { caught } from "../../support/caught";

const position: Position = {
  epoch: 2,
  stepInEpoch: 5,
  totals: { images: 20, loss: 1.25, crossEntropy: 1, entropy: 0.5, correct: 7, skipped: 0, seconds: 0.1, waited: 0.01 },
  best: { epoch: 1, score: 0.3 },
  valThreshold: 0.42,
};

describe("addStep", () => {
  test("weighs batch means by their images, so that a smaller last batch counts less", () => {
    const totals = noTotals();
    addStep(totals, { step: 0, loss: 1, crossEntropy: 2, entropy: 3, correct: 4, stops: false }, 30);
    addStep(totals, { step: 1, loss: 5, crossEntropy: 6, entropy: 7, correct: 1, stops: false }, 10);
    expect(totals).toEqual({
      images: 40,
      loss: 80,
      crossEntropy: 120,
      entropy: 160,
      correct: 5,
      skipped: 0,
      seconds: 0,
      waited: 0,
    });
  });
});

describe("parsePosition", () => {
  test.each([[position], [startPosition()]])("gives back what was stored", (stored) => {
    expect(parsePosition(JSON.stringify(stored), "state")).toEqual(stored);
  });

  test.each<[string, string | undefined]>([
    ["nothing", undefined],
    ["no JSON", "{"],
    ["null", "null"],
    ["a list", "[]"],
    ["no totals", JSON.stringify({ ...position, totals: null })],
    ["a missing total", JSON.stringify({ ...position, totals: { images: 1 } })],
    ["a total that is no number", JSON.stringify({ ...position, totals: { ...position.totals, loss: "1" } })],
    ["a negative epoch", JSON.stringify({ ...position, epoch: -1 })],
    ["half a step", JSON.stringify({ ...position, stepInEpoch: 0.5 })],
    ["a best epoch without a score", JSON.stringify({ ...position, best: { epoch: 1 } })],
    ["no word on best", JSON.stringify({ ...position, best: undefined })],
    ["a threshold that is no number", JSON.stringify({ ...position, valThreshold: "0.4" })],
  ])("rejects %s", async (_, text) => {
    expect(await caught(() => parsePosition(text, "runs/a/state.safetensors"))).toMatchObject({
      code: "ERR_WSOL_CHECKPOINT",
      message: "'runs/a/state.safetensors' holds no training position of this package",
      details: { path: "runs/a/state.safetensors" },
    });
  });
});
