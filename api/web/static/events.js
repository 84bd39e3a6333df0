// A stream of server-sent events, read by hand: EventSource hears only names that it was told,
// and cannot resume a login.

import { call } from "./rest.js";

const AFTER_THE_END_MS = 1000;
const AFTER_A_REFUSAL_S = 5;
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function* eventsIn(stream) {
  let text = "";
  for await (const chunk of chunks(stream.pipeThrough(new TextDecoderStream()))) {
    const blocks = (text + chunk).split(/\r?\n\r?\n/);
    text = blocks.pop();
    for (const block of blocks) {
      const lines = block.split(/\r?\n/).map((line) => /^(\w+): ?(.*)$/.exec(line));
      yield Object.fromEntries(lines.filter(Boolean).map(([, name, value]) => [name, value]));
    }
  }
}

async function* chunks(stream) {
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

// Calls `hear` with each event behind `after`, until `isOver`; a broken stream is taken up again.
export async function follow(path, { after, hear, isOver }) {
  let last = after;
  while (!isOver()) {
    let wait = AFTER_THE_END_MS;
    try {
      const answer = await call("GET", path, { headers: { "Last-Event-ID": last } });
      if (answer.ok) {
        for await (const event of eventsIn(answer.body)) {
          last = event.id ?? last;
          if (event.event) hear(event.event, JSON.parse(event.data));
        }
      } else if (answer.status === 404) {
        return; // It is not for us any more.
      } else {
        wait = 1000 * Number(answer.headers.get("Retry-After") ?? AFTER_A_REFUSAL_S);
      }
    } catch {
      // The connection broke.
    }
    await pause(wait);
  }
}
