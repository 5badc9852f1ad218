import { formatError } from "../../../lib/data/prepare/format-error";
import type { Random } from "../../../lib/data/random";
import { readVocXml } from "../../../lib/formats/voc-xml/voc-xml";
import type { FuzzTarget } from "../fuzz";
import { mutate } from "../mutate";

const FILE = "Annotations/fuzzed.xml";
const WORDS = [
  ...[
    "<",
    ">",
    "</",
    "/>",
    "<object>",
    "</object>",
    "<name>",
    "</name>",
    "<bndbox/>",
    "<part>",
    "</part>",
    "<annotation>",
  ],
  ...[
    "</annotation>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?",
    "?>",
    "<!DOCTYPE a [<!ENTITY b 'c'>]>",
    "&",
    "&b;",
    "&amp;",
  ],
  ...[
    "&#65;",
    "&#x110000;",
    "&#",
    ";",
    "'",
    '"',
    "=",
    " a='b'",
    "\n",
    "\r\n",
    "\xef\xbb\xbf",
    "\xff",
    "\x00",
    "<__proto__>",
  ],
  ...[
    "</__proto__>",
    "<constructor>",
    "-1",
    "1e400",
    "1e5",
    "NaN",
    "0x1",
    ".",
    "<size>",
    "<xmin>",
    "<xmax>1</xmax>",
    "\xc3\xa4",
  ],
];

/** Annotations with objects, parts and fractions, damaged as text. */
export const vocXmlTarget: FuzzTarget = {
  name: "voc-xml",
  code: "ERR_WSOL_DATA",
  file: FILE,
  async feed(random) {
    const text = Buffer.from(annotation(random));
    const bytes = random.float() < 0.85 ? mutate(text, random, WORDS) : text;
    try {
      const { size, objects } = readVocXml(bytes);
      const isWhole =
        (size === null || size.every((side) => Number.isSafeInteger(side) && side > 0)) &&
        objects.every(({ name, box }) => name !== "" && box.length === 4 && box.every(Number.isFinite));
      if (!isWhole) throw new Error(`accepted ${JSON.stringify({ size, objects })}`);
    } catch (cause) {
      throw formatError(FILE, cause);
    }
  },
};

function annotation(random: Random): string {
  const objects = Array.from({ length: random.below(4) }, () => {
    const parts = Array.from({ length: random.below(3) }, () => `<part><name>head</name>${box(random)}</part>`);
    return `<object><name>${random.pick(["dog", "cat &amp; dog", "person"])}</name>${box(random)}${parts.join("")}</object>`;
  });
  const size = random.float() < 0.5 ? "<size><width>50</width><height>40</height><depth>3</depth></size>" : "";
  const text = `<annotation>\n\t<filename>a.jpg</filename>\n${size}${objects.join("\n")}</annotation>\n`;
  return random.float() < 0.2 ? text.replaceAll("\n", "\r\n") : text;
}

function box(random: Random): string {
  const corners = ["xmin", "ymin", "xmax", "ymax"].map((name) => `<${name}>${random.below(500) / 4}</${name}>`);
  return `<bndbox>${corners.join("")}</bndbox>`;
}
