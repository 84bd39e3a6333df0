// Writes what the Temporal UI keeps in this browser, and goes there. It keeps that by origin, so
// this does something only where both stand behind one proxy; elsewhere the page's links do.
const presets = JSON.parse(document.getElementById("presets").textContent);
const list = new URL(presets.list, location.href);
const MOST_VIEWS = 50;

function change(key, changed) {
  const kept = JSON.parse(localStorage.getItem(key) ?? "{}");
  kept[presets.namespace] = changed(kept[presets.namespace] ?? []);
  localStorage.setItem(key, JSON.stringify(kept));
}

if (list.origin === location.origin) {
  const names = presets.views.map((view) => view.name);
  const others = (views) => views.filter((view) => !names.includes(view.name));
  change("namespace-workflow-table-columns", () => presets.columns);
  change("saved-workflow-queries", (views) =>
    [...presets.views, ...others(views)].slice(0, MOST_VIEWS),
  );
  location.replace(list);
}
