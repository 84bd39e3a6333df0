// The courier's page looks every few seconds, and says where they are for as long as it is open.

import { refresh, tell } from "./live.js";
import { placeIn } from "./places.js";
import { call, reason } from "./rest.js";

const LOOK_EVERY_MS = 3000;
// A place is forgotten after ten minutes; who waits for the food wants to know it sooner.
const TELL_EVERY_MS = 15000;
const form = document.getElementById("here");
let place = null;
let watch = null;

async function tellPlace() {
  if (!place) return;
  const answer = await call("PUT", "/api/v1/couriers/me/location", { body: place });
  form.querySelector(".refusal").textContent = answer.ok ? "" : await reason(answer);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  place = placeIn(document.getElementById("place"));
  if (!place) return form.reportValidity();
  await tellPlace();
  tell("Your place was told.");
  refresh();
});

form.addEventListener("input", () => placeIn(document.getElementById("place")));

// Who let the browser say it once is followed from then on.
form.querySelector("[data-locate]").addEventListener("click", () => {
  watch ??= navigator.geolocation.watchPosition(({ coords }) => {
    place = { lat: coords.latitude, lon: coords.longitude };
  });
});

setInterval(() => tellPlace().catch(() => {}), TELL_EVERY_MS);
setInterval(refresh, LOOK_EVERY_MS);
