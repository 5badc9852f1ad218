import { IdTable } from "../../../../lib/data/layout/id-table";
import { randomNumbers } from "../../../support/random-numbers";

test("agrees with a Map on which ids are new and where the others are, over many growths", () => {
  const table = new IdTable();
  const expected = new Map<string, number>();
  const next = randomNumbers(3);
  for (let i = 0; i < 20_000; i++) {
    const id = `${Math.floor(next() * 9000)}/ü${"x".repeat(i % 3)}.jpg`;
    const place = expected.get(id) ?? null;
    if (place === null) expected.set(id, expected.size);
    expect(table.add(id)).toBe(place);
  }
  expect(table.ids).toEqual([...expected.keys()]);
  for (const [id, place] of expected) expect(table.find(id)).toBe(place);
  expect(table.find("unknown")).toBeNull();
  expect(new IdTable().find("")).toBeNull();
});
