// Forms that say in `data-api` what of the API they send: what they hold is the JSON body.

import { refresh, tell } from "./live.js";
import { call, reason } from "./rest.js";

// A form that is sent twice is the same request twice, until it was answered.
const keys = new WeakMap();

function bodyOf(form) {
  const body = JSON.parse(form.dataset.body ?? "{}");
  for (const field of form.elements) {
    if (!field.name || field.value === "") continue;
    if (field.type !== "checkbox") {
      body[field.name] = field.type === "number" ? Number(field.value) : field.value;
    } else if (field.checked) {
      (body[field.name] ??= []).push(field.value);
    }
  }
  return Object.keys(body).length ? body : undefined;
}

async function send(form) {
  const [method, path] = form.dataset.api.split(" ");
  if (!keys.has(form)) keys.set(form, crypto.randomUUID());
  const headers = { "Idempotency-Key": keys.get(form) };
  const answer = await call(method, path, { body: bodyOf(form), headers });
  keys.delete(form);
  if (!answer.ok) throw new Error(await reason(answer));
}

async function submit(form) {
  const refusal = form.querySelector(".refusal");
  const button = form.querySelector("button:not([type])");
  refusal.textContent = "";
  button.disabled = true;
  try {
    await send(form);
    done(form);
  } catch (error) {
    refusal.textContent = error instanceof TypeError ? "No connection. Try again." : error.message;
  } finally {
    button.disabled = false;
  }
}

function done(form) {
  const { then, told } = form.dataset;
  if (then) {
    location.assign(then);
  } else if (told) {
    form.querySelector(".told").textContent = told;
  } else {
    tell(`${form.querySelector("button").textContent}: done.`);
    document.activeElement?.blur?.(); // Or the form would count as being filled in.
    refresh();
  }
}

document.addEventListener("submit", (event) => {
  if (event.target.dataset.api === undefined) return;
  event.preventDefault();
  submit(event.target);
});
