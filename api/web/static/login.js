// Who is logged in is not asked again: a link from elsewhere, like one in a mail, comes without
// the cookies, and an access token lives only ten minutes.

import { resume } from "./rest.js";

if (await resume()) {
  location.replace(new URL(document.querySelector("[name=next]").value, location.origin));
}
