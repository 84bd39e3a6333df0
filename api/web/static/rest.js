// Speaking with the API. The login is in cookies that no script can read.

// The access token lives ten minutes. One tab renews it for all: a refresh token that is used
// twice ends the login. `keepalive` lets the answer arrive also where the page is left meanwhile.
export async function resume() {
  return navigator.locks.request("login", async () => {
    const alive = await fetch("/session");
    if (alive.ok) return true;
    const renewed = await fetch("/session/refresh", { method: "POST", keepalive: true });
    return renewed.ok;
  });
}

// The answer; a login that has expired is resumed first, one that has ended leads to the login.
export async function call(method, path, { body, headers = {}, signal } = {}) {
  const request = { method, headers: { ...headers }, signal };
  if (body !== undefined) {
    request.body = JSON.stringify(body);
    request.headers["Content-Type"] = "application/json";
  }
  let answer = await fetch(path, request);
  if (answer.status === 401 && (await resume())) answer = await fetch(path, request);
  if (answer.status === 401) {
    location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
  return answer;
}

// What a refusal says to a person.
export async function reason(answer) {
  const problem = await answer.json().catch(() => ({}));
  const fields = (problem.errors ?? []).map((each) => `${each.loc.at(-1)}: ${each.msg}`);
  return fields.length ? fields.join("; ") : (problem.detail ?? "Something went wrong. Try again.");
}
