// The board looks every two seconds, and says aloud when an order is new.

import { refresh, tell } from "./live.js";

const EVERY_MS = 2000;
const known = new Set([...document.querySelectorAll("[data-new]")].map((order) => order.id));
const sound = document.getElementById("sound");
let audio = null;

// Browsers play nothing before somebody has pressed something.
sound.addEventListener("click", () => {
  const isOn = sound.getAttribute("aria-pressed") !== "true";
  sound.setAttribute("aria-pressed", String(isOn));
  audio ??= new AudioContext();
  if (isOn) ring();
});

function ring() {
  for (const [delay, pitch] of [[0, 660], [0.18, 880]]) {
    const at = audio.currentTime + delay;
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.3, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.3);
  }
}

document.addEventListener("refreshed", () => {
  const fresh = [...document.querySelectorAll("[data-new]")].filter((order) => !known.has(order.id));
  if (!fresh.length) return;
  fresh.forEach((order) => known.add(order.id));
  tell(`New order: ${fresh.map((order) => order.querySelector(".lines").textContent.trim()).join("; ")}`);
  if (sound.getAttribute("aria-pressed") === "true") ring();
});

setInterval(refresh, EVERY_MS);
