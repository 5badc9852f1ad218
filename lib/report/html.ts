/** Markup that may go into a page as it is; everything else is escaped. Made by {@link html} and {@link trusted} only. */
export class Html {
  constructor(readonly text: string) {}
}

export type HtmlPart = string | number | Html | null | undefined | false | readonly HtmlPart[];

/** A template whose values are escaped unless they are {@link Html}; lists are joined, null and false vanish. */
export function html(strings: TemplateStringsArray, ...values: HtmlPart[]): Html {
  let text = strings[0]!;
  values.forEach((value, index) => {
    text += render(value) + strings[index + 1]!;
  });
  return new Html(text);
}

/** Marks markup of our own as safe; never for text from a file. */
export function trusted(text: string): Html {
  return new Html(text);
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}

function render(value: HtmlPart): string {
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof Html) return value.text;
  if (typeof value === "string" || typeof value === "number") return escapeHtml(String(value));
  return value.map(render).join("");
}
