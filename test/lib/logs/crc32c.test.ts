import { crc32c, maskedCrc32c } from "../../../lib/logs/crc32c";

describe("crc32c", () => {
  // The check value of the algorithm, and the examples of RFC 3720, appendix B.4.
  test.each([
    ["the digits 1 to 9", Buffer.from("123456789"), 0xe3069283],
    ["32 zeros", Buffer.alloc(32), 0x8a9136aa],
    ["32 bytes of ones", Buffer.alloc(32, 0xff), 0x62a8ab43],
    ["0 to 31", Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
    ["nothing", Buffer.alloc(0), 0],
  ])("of %s is the known answer", (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  it("is masked by a rotation and an offset, as an unsigned number", () => {
    const rotated = ((0xe3069283 >>> 15) | (0xe3069283 << 17)) >>> 0;
    expect(maskedCrc32c(Buffer.from("123456789"))).toBe((rotated + 0xa282ead8) % 2 ** 32);
  });
});
