// Where somebody is: asked of the browser when they want it, or typed.

export function placeIn(field) {
  const [lat, lon, ...rest] = field.value.split(/[,; ]+/).filter(Boolean).map(Number);
  const isPlace = Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && rest.length === 0;
  field.setCustomValidity(isPlace ? "" : "Latitude and longitude, like 9.005, 38.765");
  return isPlace ? { lat, lon } : null;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-locate]");
  if (!button) return;
  const field = document.querySelector(button.dataset.locate);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      field.value = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`;
      field.setCustomValidity("");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
    () => {
      button.textContent = "No location: type it";
    },
  );
});
