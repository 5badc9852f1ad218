import { nameOf } from "../../../../lib/studies/study/names";
import { caught } from "../../../support/caught";

test("a name is key=value of each key, numbers written as JSON writes them", () => {
  expect(
    nameOf([
      ["loss.regularizer", "jeffreys"],
      ["loss.lambda", 1e-5],
      ["eps", 0.1333333333],
    ]),
  ).toBe("loss.regularizer=jeffreys_loss.lambda=0.00001_eps=0.1333333333");
  expect(nameOf([["model.weights", null]])).toBe("model.weights=null");
});

test("characters that file systems refuse are escaped, and so is the escape's own", () => {
  expect(nameOf([["model.weights", "a/b\\c:d*?%\n"]])).toBe("model.weights=a%2Fb%5Cc%3Ad%2A%3F%25%0A");
});

test("refuses a name that no folder can have", async () => {
  expect(await caught(() => nameOf([["model.weights", "ä".repeat(120)]]))).toMatchObject({ code: "ERR_WSOL_CONFIG" });
});
