import { type Html, html, trusted } from "./html";
import type { PageScript } from "./page-script";
import { STYLE } from "./style";

export interface DocumentParts {
  readonly title: string;
  readonly body: Html;
  /** The one script that may run; none without. */
  readonly script: PageScript | null;
  /** Whether that script may ask the page's own server. */
  readonly asksItsServer: boolean;
}

/**
 * An HTML document that holds everything it shows, and whose policy lets it ask for nothing, unless it is served, and run
 * nothing but its script.
 */
export function htmlDocument({ title, body, script, asksItsServer }: DocumentParts): string {
  const policy = [
    "default-src 'none'",
    "img-src data:",
    "style-src 'unsafe-inline'",
    ...(script === null ? [] : [`script-src ${script.source}`]),
    ...(asksItsServer ? ["connect-src 'self'"] : []),
  ];
  const page = html`${trusted("<!doctype html>")}
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy.join("; "))}">
<title>${title}</title><style>${trusted(STYLE)}</style></head>
<body>${body}${script !== null && html`<script>${trusted(script.text)}</script>`}</body></html>
`;
  return page.text;
}
