// On every page.

import "./actions.js";
import "./places.js";
import "./times.js";
import { resume } from "./rest.js";

// The server saw a login that only has to be renewed.
if (document.documentElement.dataset.resumable !== undefined && location.pathname !== "/login") {
  if (await resume()) location.reload();
}
