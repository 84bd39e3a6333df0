// The basket: priced by the API while it is filled, and ordered once however often it is sent.

import { call, reason } from "./rest.js";
import { placeIn } from "./places.js";

const form = document.getElementById("basket");
const { account, restaurant, currency } = form.dataset; // Of a guest the account is empty.
const isLoggedIn = account !== "";
const exponent = Number(form.dataset.exponent);
const kept = `basket:${account}:${restaurant}`;
const keptOfGuest = `basket::${restaurant}`;
const sent = `order:${account}:${restaurant}`;
const byId = (id) => document.getElementById(id);

const money = ({ amount }) => `${(amount / 10 ** exponent).toFixed(exponent)} ${currency}`;

function dishes() {
  return [...form.querySelectorAll("[data-dish]")].flatMap((dish) => {
    const quantity = Number(dish.querySelector(".quantity")?.value ?? 0);
    const note = dish.querySelector(".note")?.value.trim();
    if (!quantity) return [];
    return [{ menu_item_id: dish.dataset.dish, quantity, ...(note ? { note } : {}) }];
  });
}

function destination() {
  const known = byId("address")?.value;
  if (known) return { delivery_address_id: known };
  const place = placeIn(byId("place"));
  const [line1, city, instructions] = ["line1", "city", "instructions"].map((id) => byId(id).value.trim());
  if (!place || !line1 || !city) return null;
  return { delivery_address: { line1, city, ...place, ...(instructions ? { instructions } : {}) } };
}

// The body of an order; null while something is missing.
function wanted() {
  const items = dishes();
  const to = destination();
  const card = byId("card").value;
  if (!items.length || !to || !card) return null;
  const tip = Math.round(Number(byId("tip").value.replace(",", ".") || 0) * 10 ** exponent);
  return {
    restaurant_id: restaurant,
    items,
    ...to,
    payment_method: card,
    if_unavailable: byId("if-unavailable").value,
    ...(tip > 0 ? { tip: { amount: tip, currency } } : {}),
  };
}

let total = null; // What the customer was shown.
let asked = 0;

function show(quote) {
  total = quote?.total ?? null;
  byId("order").disabled = total === null;
  byId("total").textContent = total ? `Total ${money(total)}` : "";
  const rows = quote
    ? [["Dishes", quote.subtotal], ["Delivery", quote.delivery_fee], ["Service", quote.service_fee], ["Tip", quote.tip]]
    : [];
  byId("quote").replaceChildren(
    ...rows.flatMap(([name, amount]) => {
      const [term, value] = [document.createElement("dt"), document.createElement("dd")];
      [term.textContent, value.textContent] = [name, money(amount)];
      return [term, value];
    }),
  );
}

async function price() {
  const mine = ++asked;
  const body = wanted();
  if (!body) return show(null);
  const answer = await call("POST", "/api/v1/orders/quote", { body });
  const refusal = answer.ok ? "" : await reason(answer);
  const quote = answer.ok ? await answer.json() : null;
  if (mine !== asked) return; // Something was changed meanwhile.
  byId("refusal").textContent = refusal;
  show(quote);
}

// The request and its key are kept until it was answered: a reload sends the same one again.
async function place() {
  byId("order").disabled = true;
  const { key, body } = JSON.parse(sessionStorage[sent]);
  const headers = { "Idempotency-Key": key };
  const answer = await call("POST", "/api/v1/orders", { body, headers });
  if (answer.status === 429 || answer.status >= 500) throw new Error(await reason(answer));
  if (answer.status === 401) return; // On the way to the login, and back.
  sessionStorage.removeItem(sent);
  if (!answer.ok) {
    await price();
    throw new Error(await reason(answer));
  }
  sessionStorage.removeItem(kept);
  location.assign(`/orders/${(await answer.json()).id}`);
}

async function order() {
  byId("refusal").textContent = "";
  try {
    await place();
  } catch (error) {
    byId("order").disabled = false;
    byId("refusal").textContent =
      error instanceof TypeError ? "No connection. Try again: it is ordered once." : error.message;
  }
}

const fields = () => [...form.querySelectorAll("input, select")].filter((field) => field.id);

function keep() {
  sessionStorage[kept] = JSON.stringify(fields().map((field) => [field.id, field.value]));
}

function restore() {
  for (const [id, value] of JSON.parse(sessionStorage[kept] ?? "[]")) {
    const field = byId(id);
    if (field && (field.tagName !== "SELECT" || [...field.options].some((each) => each.value === value))) {
      field.value = value;
    }
  }
}

// Whoever had this tab before is somebody else, whose address and order are not for these eyes.
// A guest, who has neither, is whoever logs in next.
function takeOver() {
  for (const key of Object.keys(sessionStorage)) {
    const [kind, owner] = key.split(":");
    if (["basket", "order"].includes(kind) && ![account, ""].includes(owner)) sessionStorage.removeItem(key);
  }
  if (sessionStorage[keptOfGuest]) sessionStorage[kept] = sessionStorage[keptOfGuest];
  sessionStorage.removeItem(keptOfGuest);
}

function choose() {
  const address = byId("address");
  if (!address) return;
  byId("new-address").hidden = byId("new-address").disabled = address.value !== "";
}

let timer;
form.addEventListener("input", () => {
  keep();
  if (!isLoggedIn) return;
  choose();
  sessionStorage.removeItem(sent); // What is sent from now on is another order.
  clearTimeout(timer);
  timer = setTimeout(() => price().catch(() => {}), 250);
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!isLoggedIn || byId("order").disabled) return;
  const body = { ...wanted(), expected_total: total };
  sessionStorage[sent] ??= JSON.stringify({ key: crypto.randomUUID(), body });
  order();
});

if (isLoggedIn) takeOver();
restore();
if (isLoggedIn) {
  choose();
  if (sessionStorage[sent]) order();
  else price().catch(() => {});
}
