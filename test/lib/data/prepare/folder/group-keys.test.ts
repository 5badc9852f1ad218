import { groupKeys } from "../../../../../lib/data/prepare/folder/group-keys";
import { caught } from "../../../../support/caught";

test("the first capture group is the key, else the whole match; null where nothing matches", () => {
  expect(groupKeys("^([a-z]+)_", ["scene_1.jpg", "scene_2.jpg", "x.jpg"])).toEqual(["scene", "scene", null]);
  expect(groupKeys("^[^/]+/", ["day 1/a.jpg", "b.jpg"])).toEqual(["day 1/", null]);
  expect(groupKeys("^(?:(a)|b)", ["a.jpg", "b.jpg"])).toEqual(["a", null]);
  expect(groupKeys("^\\p{L}+", ["größe7.jpg"])).toEqual(["größe"]);
  expect(groupKeys("x", [])).toEqual([]);
});

test("an expression that backtracks without end is stopped", async () => {
  const started = performance.now();
  const error = await caught(() => groupKeys("^(a+)+$", [`${"a".repeat(60)}.jpg`], 300));
  expect(error).toMatchObject({ code: "ERR_WSOL_ARGUMENT", fix: expect.stringContaining("(a+)+") });
  expect(error.message).toContain("'^(a+)+$' for 'group' takes more than 0.3 s");
  expect(performance.now() - started).toBeLessThan(5000);
});

test("names cannot reach out of the expression's context", () => {
  const name = '"]);process.exit(9)//\\u2028\u2028';
  expect(groupKeys("^[^]+$", [name, "__proto__"])).toEqual([name, "__proto__"]);
});

test("only the first 1024 characters of a name are looked at", () => {
  expect(groupKeys("x*", ["x".repeat(5000)])).toEqual(["x".repeat(1024)]);
});

test("an expression that does not compile, or matches no name, is refused", async () => {
  const broken = await caught(() => groupKeys("(", ["a"]));
  expect(broken).toMatchObject({
    code: "ERR_WSOL_ARGUMENT",
    message: expect.stringContaining("for 'group', got \"(\""),
  });
  const idle = await caught(() => groupKeys("^scene", ["a/1.jpg"]));
  expect(idle).toMatchObject({ code: "ERR_WSOL_ARGUMENT", fix: expect.stringContaining("such as 'a/1.jpg'") });
});
