import { counted } from "../../words";
import { type Html, html, trusted } from "../html";
import { GALLERY_IDS, type GalleryData } from "../page/gallery-data";

const KEYS: readonly (readonly [keys: readonly string[], meaning: string])[] = [
  [["←", "→", "↑", "↓"], "move"],
  [["Enter"], "open one large"],
  [["Esc"], "close it"],
  [["+", "−"], "threshold"],
];

/** The frame of the gallery, which the page's script fills; null without images. */
export function gallery(data: GalleryData | null): Html | null {
  if (data === null) return null;
  const keys = KEYS.map(
    ([names, meaning]) => html`<span class="keys">${names.map((name) => html`<kbd>${name}</kbd>`)} ${meaning}</span>`,
  );
  return html`<p class="key"><span class="box predicted"></span>box of the largest contour <span class="box truth"></span>true box <span class="ramp"></span>score 0 to 1</p>
<p class="note before">${counted(data.images.length, "image")} of the evaluated split. Score map, box and IoU are those of the <em>true</em> class, as in the evaluation; the predicted class stands beside them. Move a threshold, and masks and boxes are cut anew by the evaluator’s rule.</p>
<p class="note before" id="limitation"><b>What no threshold mends:</b> from image labels alone, parts cannot be told from their object, nor things that always occur together, as a fish and its water. The paper names it as its own limitation; <em>box far larger than the object</em> finds it.</p>
<div id="${GALLERY_IDS.root}" class="gallery"><noscript><p class="empty">The gallery needs scripts, which are off here; the rest of the page does without.</p></noscript></div>
<p class="note keyboard">${keys}</p>
<script type="application/json" id="${GALLERY_IDS.data}">${trusted(jsonForHtml(data))}</script>`;
}

/** JSON that ends no script element, whatever the names of classes and files. */
function jsonForHtml(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
