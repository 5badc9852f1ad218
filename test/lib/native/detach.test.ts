import { detach } from "../../../lib/native/detach";
import { loadMetricsAddon } from "../../../lib/native/load-metrics";
import { caught } from "../../support/caught";

describe("detach", () => {
  test("frees an array of its own memory, again and when it is empty, and a Buffer", () => {
    const own = new Uint8Array(12).fill(7);
    detach(own);
    expect([own.length, own.buffer.byteLength]).toEqual([0, 0]);
    detach(own);
    detach(new Uint8Array(0));
    const buffer = Buffer.allocUnsafeSlow(5);
    detach(buffer);
    expect(buffer).toHaveLength(0);
  });

  test("leaves memory that other arrays may share", () => {
    const part = new Uint8Array(new ArrayBuffer(24), 12).fill(7);
    const pooled = Buffer.from("pooled");
    const { WebAssembly } = globalThis as unknown as {
      WebAssembly: { Memory: new (size: object) => { buffer: ArrayBuffer } };
    };
    const fixed = new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer);
    const ofThreads = new Uint8Array(new SharedArrayBuffer(4));
    for (const shared of [part, pooled, fixed, ofThreads]) detach(shared);
    expect([...part]).toEqual(Array(12).fill(7));
    expect(pooled.toString()).toBe("pooled");
    expect([fixed.length, ofThreads.length]).toEqual([65536, 4]);
  });

  test.each([[undefined], [null], [12], ["array"], [new Float32Array(2)], [new ArrayBuffer(3)], [[1]]])(
    "refuses %p",
    async (value) => {
      const error = await caught(() => loadMetricsAddon().detach(value as unknown as Uint8Array));
      expect([error.code, error.message.includes("'array'")]).toEqual(["ERR_WSOL_ARGUMENT", true]);
    },
  );
});
