import { LIVE } from "../live";

// Replaces the page's content whenever what it shows has changed, and leaves the reader where they are.

const shown = () => document.querySelector<HTMLElement>("main")!;
let revision = shown().dataset.revision ?? "";

async function text(path: string): Promise<string> {
  const response = await fetch(path, { cache: "no-store" });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.text();
}

/** What a reader has unfolded, by the words on it. */
function unfolded(root: ParentNode): Set<string> {
  const open = [...root.querySelectorAll("details[open] > summary")];
  return new Set(open.map((summary) => summary.textContent ?? ""));
}

async function update(): Promise<void> {
  const now = await text("/revision");
  setConnected(true);
  if (now === revision) return;
  const page = new DOMParser().parseFromString(await text("/"), "text/html");
  const next = page.querySelector<HTMLElement>("main");
  if (next === null) return;
  const open = unfolded(document);
  for (const summary of next.querySelectorAll("details > summary")) {
    if (open.has(summary.textContent ?? "")) summary.parentElement!.setAttribute("open", "");
  }
  shown().replaceWith(document.adoptNode(next));
  document.title = page.title;
  revision = shown().dataset.revision ?? now;
}

function setConnected(isConnected: boolean): void {
  const status = document.getElementById(LIVE.statusId);
  if (status === null) return;
  status.classList.toggle("lost", !isConnected);
  if (!isConnected) status.textContent = LIVE.lost;
  else if (status.textContent === LIVE.lost) status.textContent = LIVE.connected;
}

async function watch(): Promise<never> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LIVE.periodMs));
    // A tab that nobody sees need not ask.
    if (!document.hidden) await update().catch(() => setConnected(false));
  }
}

void watch();
