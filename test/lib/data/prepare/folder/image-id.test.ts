import { problemOfRelativePath } from "../../../../../lib/data/layout/relative-path";
import { imageIdOf } from "../../../../../lib/data/prepare/folder/image-id";

test.each([
  ["cat/1.jpg", "cat/1.jpg"],
  ["a b/größe;ü 🐟.jpg", "a b/größe;ü 🐟.jpg"],
  ["cat/a,b.jpg", "cat/a%2Cb.jpg"],
  ["cat/a\\b.jpg", "cat/a%5Cb.jpg"],
  ["cat/line\nbreak.jpg", "cat/line%0Abreak.jpg"],
  ["cat/100%.jpg", "cat/100%.jpg"],
  ["cat/a%2Cb.jpg", "cat/a%252Cb.jpg"],
])("%j has the id %j", (path, id) => {
  expect(imageIdOf(path)).toBe(id);
  expect(id.includes(",") ? "comma" : problemOfRelativePath(id)).toBeNull();
});

test("no two paths have one id: it can be turned back", () => {
  const back = (id: string) =>
    id.replaceAll(/%([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  const parts = ["%", "2", "C", "c", ",", "25", "\\", "5", "\n"];
  for (const a of parts)
    for (const b of parts)
      for (const c of parts)
        for (const d of parts) {
          const path = a + b + c + d;
          // Lower-case digits are never written.
          expect(back(imageIdOf(path))).toBe(path);
        }
});
