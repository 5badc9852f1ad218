import { FormatProblem } from "../../../../lib/formats/problem";
import { readVocXml } from "../../../../lib/formats/voc-xml/voc-xml";
import { caught } from "../../../support/caught";

const refusal = async (text: string | Uint8Array) => {
  const error: unknown = await caught(() => readVocXml(Buffer.from(text as string)));
  expect(error).toBeInstanceOf(FormatProblem);
  return (error as Error).message;
};

const bndbox = (...values: (number | string)[]) =>
  ["xmin", "ymin", "xmax", "ymax"].map((name, i) => `<${name}>${values[i]}</${name}>`).join("");
const object = (name: string, ...values: (number | string)[]) =>
  `<object><name>${name}</name><bndbox>${bndbox(...values)}</bndbox></object>`;

/** As in the archive of 2012: a person with parts, boxes in another order of corners, fractions. */
const PERSON = `<annotation>
	<filename>2007_000027.jpg</filename>
	<folder>VOC2012</folder>
	<object>
		<name>person</name>
		<actions><other>0</other></actions>
		<bndbox>
			<xmax>349</xmax>
			<xmin>174</xmin>
			<ymax>350.5</ymax>
			<ymin>100.70000076293945</ymin>
		</bndbox>
		<difficult>0</difficult>
		<part>
			<name>head</name>
			<bndbox><xmin>169</xmin><ymin>104</ymin><xmax>209</xmax><ymax>146</ymax></bndbox>
		</part>
		<part>
			<name>hand</name>
			<bndbox><xmin>278</xmin><ymin>210</ymin><xmax>297</xmax><ymax>233</ymax></bndbox>
		</part>
	</object>
	<object>
		<name>dog</name><difficult>1</difficult>
		<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3</xmax><ymax>4</ymax></bndbox>
	</object>
	<segmented>1</segmented>
	<size><depth>3</depth><height>500</height><width>486</width></size>
</annotation>
`;

describe("readVocXml", () => {
  const expected = {
    folder: "VOC2012",
    filename: "2007_000027.jpg",
    size: [486, 500],
    objects: [
      { name: "person", box: [174, 100.70000076293945, 349, 350.5], isDifficult: false },
      { name: "dog", box: [1, 2, 3, 4], isDifficult: true },
    ],
  };

  test("reads the objects' boxes, whatever the order of the tags, and passes over their parts", () => {
    expect(readVocXml(Buffer.from(PERSON))).toEqual(expected);
  });

  test("reads CRLF, a byte order mark, a declaration and comments", () => {
    const text = `\ufeff<?xml version="1.0" encoding="utf-8"?><!-- made <by> hand -->\n${PERSON}`;
    expect(readVocXml(Buffer.from(text.replaceAll("\n", "\r\n")))).toEqual(expected);
  });

  test("reads one object, and none, and a missing or unknown size as null", () => {
    const text = (inner: string) => readVocXml(Buffer.from(`<annotation verified="yes">${inner}</annotation>`));
    const none = { folder: null, filename: null, size: null, objects: [] };
    expect(text("")).toEqual(none);
    expect(text("<size/>".replace("/>", "><width>0</width><height>0</height></size>"))).toEqual(none);
    expect(text(object("007", 1, 2, 3, 4)).objects).toEqual([{ name: "007", box: [1, 2, 3, 4], isDifficult: false }]);
    expect(readVocXml(Buffer.from("<annotation/>"))).toEqual(none);
  });

  test("replaces XML's own entities and characters by number, once", () => {
    const name = (text: string) =>
      readVocXml(Buffer.from(`<annotation>${object(text, 0, 0, 1, 1)}</annotation>`)).objects[0]!.name;
    expect(name("salt &amp; pepper")).toBe("salt & pepper");
    expect(name("&amp;lt;&lt;&#228;&#x1F41F;")).toBe("&lt;<ä🐟");
    expect(name("Drossel, grün")).toBe("Drossel, grün");
  });

  test("refuses any document type, so that entities can neither grow nor read files", async () => {
    const laughs = Array.from({ length: 10 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join("");
    const document = (type: string, name: string) => `${type}<annotation>${object(name, 0, 0, 1, 1)}</annotation>`;
    const message = "it has a document type, which is not read";
    expect(await refusal(document(`<!DOCTYPE a [<!ENTITY l0 "lol">${laughs}]>`, "&l10;"))).toBe(message);
    expect(await refusal(document(`<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>`, "&x;"))).toBe(message);
    expect(await refusal(document("<!doctype a>", "b"))).toBe(message);
    expect(await refusal(document("", "&x;"))).toBe('it has the unknown entity "&x;"');
    expect(await refusal(document("", "&#0;"))).toBe('it has the unknown entity "&#0;"');
    expect(await refusal(document("", "&#xD800;"))).toBe('it has the unknown entity "&#xD800;"');
    expect(await refusal(document("", "<![CDATA[b]]>"))).toBe("expected plain text inside <name>");
  });

  test("rejects what is no XML, no annotation, or lacks a box, a name or a number", async () => {
    const inside = (inner: string) => refusal(`<annotation>${inner}</annotation>`);
    expect(await refusal("")).toBe("the file is empty");
    expect(await refusal("{}")).toMatch("it is no well-formed XML");
    expect(await refusal("<annotation><object></annotation>")).toMatch("it is no well-formed XML");
    expect(await refusal("<annotation>")).toMatch("it is no well-formed XML");
    expect(await refusal(new Uint8Array([0xff, 0xfe, 0x3c, 0x00]))).toBe("it is no text in UTF-8");
    expect(await refusal("<html></html>")).toBe("expected an <annotation>, found none");
    expect(await inside("<object><name>a</name></object>")).toBe("it has an <object> without <bndbox>");
    expect(await inside(`<object><bndbox>${bndbox(1, 2, 3, 4)}</bndbox></object>`)).toBe(
      "expected a <name>, found none",
    );
    expect(await inside(object(" ", 1, 2, 3, 4))).toBe("it has an <object> without a name");
    expect(await inside(object("a", 1, 2, 3, "wide"))).toBe('expected a number inside <ymax>, found "wide"');
    expect(await inside(object("a", 1, 2, 3, "0x10"))).toMatch("expected a number inside <ymax>");
    expect(await inside(object("a", 1, 2, 3, "1e999"))).toMatch("expected a number inside <ymax>");
    expect(await inside("<object><name>a</name><name>b</name><bndbox/></object>")).toBe(
      "expected one <name>, found several",
    );
    expect(await inside("<size><width>2.5</width><height>3</height></size>")).toBe("its size is 2.5 x 3");
    expect(await inside("<object>text</object>")).toBe("expected tags inside <object>, found text");
  });

  test("rejects deep nesting and large files in bounded time", async () => {
    const started = performance.now();
    expect(await refusal(`<annotation>${"<a>".repeat(50_000)}${"</a>".repeat(50_000)}</annotation>`)).toMatch("nested");
    expect(await refusal(Buffer.alloc(2 ** 20 + 1, "<"))).toMatch("expected at most 1048576 bytes");
    for (const text of [
      "<",
      "<a ",
      "<a b='",
      "<a>",
      "<!--",
      "<![CDATA[",
      "&",
      "&#",
      "<?",
      "</a>",
      "<annotation>&amp;",
    ]) {
      await refusal(text.repeat(Math.floor(2 ** 18 / text.length)));
    }
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test("names of JavaScript's own are tags like others", () => {
    const text = "<annotation><constructor>a</constructor><__proto__><name>b</name></__proto__></annotation>";
    try {
      expect(readVocXml(Buffer.from(text)).objects).toEqual([]);
    } catch (error) {
      expect(error).toBeInstanceOf(FormatProblem);
    }
    expect(({} as { name?: string }).name).toBeUndefined();
  });
});
