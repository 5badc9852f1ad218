import { loadSharp } from "../data/images/sharp";

const FONT = "font-family='DejaVu Sans, Helvetica, Arial, sans-serif'";
/** Of the font size; wide enough for the usual sans-serif faces. */
const MEAN_GLYPH_WIDTH = 0.62;

let hasFonts: Promise<boolean> | undefined;

/**
 * One line of text as an RGBA picture of the given size, on white; null on machines without any font, where libvips would
 * draw nothing.
 */
export async function renderCaption(text: string, width: number, height: number): Promise<Uint8Array | null> {
  hasFonts ??= drawsText();
  if (!(await hasFonts)) return null;
  const fontSize = Math.round(height * 0.56);
  const shown = shorten(text, Math.floor((width - fontSize) / (fontSize * MEAN_GLYPH_WIDTH)));
  const label = `<text x='${width / 2}' y='${Math.round(height * 0.7)}' ${FONT} font-size='${fontSize}' fill='#1c2430' text-anchor='middle'>${escapeXml(shown)}</text>`;
  const svg = `<svg xmlns='http://www.w3.org/2000/svg' width='${width}' height='${height}'><rect width='100%' height='100%' fill='#fff'/>${label}</svg>`;
  return loadSharp()(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
}

async function drawsText(): Promise<boolean> {
  const svg = `<svg xmlns='http://www.w3.org/2000/svg' width='32' height='32'><text x='4' y='28' ${FONT} font-size='28'>H</text></svg>`;
  const pixels = await loadSharp()(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
  return pixels.some((value) => value !== 0);
}

function shorten(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, Math.max(0, length - 1)).join("")}…`;
}

function escapeXml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&apos;", '"': "&quot;" };
  // Control characters are no XML, escaped or not.
  return text.replaceAll(/\p{Cc}/gu, " ").replaceAll(/[&<>'"]/g, (character) => entities[character]!);
}
