// Keeping a page current: it is asked for again, and what changed in it takes its place.

import { call } from "./rest.js";
import { localise } from "./times.js";

const source = new Map(); // id -> the HTML as the server wrote it

// Typing is not interrupted: what is being filled in changes the next time.
function isBeingFilledIn(element) {
  const active = document.activeElement;
  return element.contains(active) && active.matches("input, select, textarea");
}

function remember(root) {
  for (const element of root.querySelectorAll("[data-live], [data-live-list] > *")) {
    source.set(element.id, element.outerHTML);
  }
}

function replace(old, fresh) {
  if (source.get(fresh.id) === fresh.outerHTML || isBeingFilledIn(old)) return;
  source.set(fresh.id, fresh.outerHTML);
  const hadFocus = old.contains(document.activeElement);
  old.replaceWith(fresh);
  localise(fresh);
  if (hadFocus) fresh.focus();
}

function reconcile(list, fresh) {
  const wanted = [...fresh.children];
  const ids = new Set(wanted.map((each) => each.id));
  for (const old of [...list.children]) {
    if (!ids.has(old.id)) old.remove();
  }
  wanted.forEach((each, place) => {
    const old = document.getElementById(each.id);
    if (old && list.contains(old)) {
      replace(old, each);
    } else {
      old?.remove(); // It moves here from another list.
      source.set(each.id, each.outerHTML);
      list.insertBefore(each, list.children[place] ?? null);
      localise(each);
    }
  });
}

async function load() {
  const answer = await call("GET", location.pathname + location.search);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const fresh of page.querySelectorAll("[data-live]")) {
    const old = document.getElementById(fresh.id);
    if (old) replace(old, document.adoptNode(fresh));
  }
  for (const fresh of page.querySelectorAll("[data-live-list]")) {
    reconcile(document.getElementById(fresh.id), document.adoptNode(fresh));
  }
  document.dispatchEvent(new Event("refreshed"));
}

let running = null;
let again = false;

// However often it is called: one load at a time, and one more after the last call.
export function refresh() {
  again = running !== null;
  running ??= load()
    .catch(() => {}) // The network is away; the next one may find it.
    .finally(() => {
      running = null;
      if (again) refresh();
    });
  return running;
}

// Words for who hears the page instead of seeing it.
export function tell(text) {
  document.getElementById("told").textContent = text;
}

remember(document);
