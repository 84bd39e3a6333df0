// The mail's link has its token behind a #: browsers send that to nobody, so it is in no log. Taken
// out of the address, it is not in the browser's history either.

const byId = (id) => document.getElementById(id);

function take() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token) return;
  byId("token").value = token;
  byId("choose").hidden = false;
  byId("ask").hidden = true;
  history.replaceState(null, "", location.pathname);
}

window.addEventListener("hashchange", take);
take();
