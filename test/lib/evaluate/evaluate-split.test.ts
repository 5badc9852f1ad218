import { argmaxRows } from "../../../lib/evaluate/evaluate-split";

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
