// An order as it goes its way: every event of its stream brings the page up to date.

import { follow } from "./events.js";
import { refresh, tell } from "./live.js";
import { call } from "./rest.js";

const progress = () => document.getElementById("progress");
const { order, sequence } = progress().dataset;
const EARTH_KM = 6371;

function distanceKm(from, to) {
  const radians = (degrees) => (degrees * Math.PI) / 180;
  const north = radians(to.lat - from.lat);
  const east = radians(to.lon - from.lon) * Math.cos(radians((to.lat + from.lat) / 2));
  return EARTH_KM * Math.hypot(north, east);
}

function showCourier({ lat, lon, eta }) {
  const { lat: doorLat, lon: doorLon } = progress().dataset;
  const shown = document.getElementById("courier");
  const parts = [];
  if (doorLat) {
    const door = { lat: Number(doorLat), lon: Number(doorLon) };
    parts.push(`The courier is ${distanceKm({ lat, lon }, door).toFixed(1)} km away`);
  }
  if (eta) parts.push(`expected at ${new Date(eta).toLocaleTimeString([], { timeStyle: "short" })}`);
  shown.textContent = `${parts.join(", ")}.`;
  shown.hidden = parts.length === 0;
}

const heading = () => progress().querySelector("h2").textContent;
const isOver = () => progress().dataset.final !== undefined;
let told = heading();

document.addEventListener("refreshed", () => {
  if (heading() === told) return;
  told = heading();
  tell(told);
  if (isOver()) document.getElementById("courier").hidden = true;
});

const hear = (name, event) => (name === "position" ? showCourier(event) : refresh());

follow(`/api/v1/orders/${order}/events`, { after: sequence, hear, isOver });

// Back from the bank: the server looks at the payment itself.
if (new URLSearchParams(location.search).get("from") === "bank") {
  history.replaceState(null, "", location.pathname);
  await call("POST", `/api/v1/orders/${order}/payment/return`);
  refresh();
}
