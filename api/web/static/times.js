// Moments in the reader's own time zone, and how long it is until one.

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

function left(until) {
  const seconds = Math.max(0, Math.floor((until - Date.now()) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function show(element) {
  const at = new Date(element.dateTime);
  if (element.dataset.countdown !== undefined) {
    element.textContent = left(at);
  } else {
    const isToday = at.toDateString() === new Date().toDateString();
    element.textContent = (isToday ? clock : day).format(at);
  }
}

export function localise(root) {
  root.querySelectorAll("time").forEach(show);
}

setInterval(() => document.querySelectorAll("time[data-countdown]").forEach(show), 1000);
localise(document);
