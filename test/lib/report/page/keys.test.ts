import { actionOf, moveFrom, moveThreshold } from "../../../../lib/report/page/keys";

const press = (key: string, modifiers: object = {}) =>
  actionOf({ key, ctrlKey: false, altKey: false, metaKey: false, ...modifiers });

describe("the keys of the gallery", () => {
  it.each([
    ["ArrowLeft", { kind: "move", by: "left" }],
    ["Enter", { kind: "open" }],
    ["Escape", { kind: "close" }],
    ["+", { kind: "threshold", by: 0.01 }],
    ["-", { kind: "threshold", by: -0.01 }],
    ["]", { kind: "threshold", by: 0.01 }],
    ["[", { kind: "threshold", by: -0.01 }],
    ["}", { kind: "threshold", by: 0.1 }],
    ["a", null],
    ["toString", null],
  ])("%s", (key, action) => {
    expect(press(key)).toEqual(action);
  });

  it("leave the browser its own", () => {
    for (const modifier of ["ctrlKey", "altKey", "metaKey"]) expect(press("+", { [modifier]: true })).toBeNull();
  });

  it("move among the cards and stay where they would leave them", () => {
    const grid = { count: 7, columns: 3 };
    const moves = ["left", "right", "up", "down", "first", "last"] as const;
    expect(moves.map((by) => moveFrom(4, by, grid))).toEqual([3, 5, 1, 4, 0, 6]);
    expect(moves.map((by) => moveFrom(0, by, grid))).toEqual([0, 1, 0, 3, 0, 6]);
    expect(moves.map((by) => moveFrom(6, by, grid))).toEqual([5, 6, 3, 6, 0, 6]);
  });

  it("move a threshold inside [0, 1], without the dust of addition", () => {
    expect(moveThreshold(0.1, 0.2)).toBe(0.3);
    expect(moveThreshold(0.995, 0.01)).toBe(1);
    expect(moveThreshold(0.005, -0.01)).toBe(0);
    let value = 0;
    for (let step = 0; step < 57; step++) value = moveThreshold(value, 0.01);
    expect(value).toBe(0.57);
  });
});
