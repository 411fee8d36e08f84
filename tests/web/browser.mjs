/* browser.mjs - a headless Chromium on a server: the mock one, or the real one where STOCKWRIGHT_URL names it (then STOCKWRIGHT_LOGIN
 * is name:password of an approver). Every page watches itself: console errors and reports of the content policy fail the claim. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { mockServer } from "./mock-server.mjs";

const fromWeb = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = fromWeb("playwright-core");
const axeSource = fromWeb("axe-core").source;
export const ROOT = new URL("../..", import.meta.url).pathname;
export const isReal = Boolean(process.env.STOCKWRIGHT_URL);
export const MOCK_ONLY = isReal ? { skip: "needs the mock server" } : {};
const PICTURES = process.env.STOCKWRIGHT_PICTURES;
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"];

/** How long a claim waits for what must come: long enough for the slowest machine, since waiting costs nothing where it comes at once. */
export const WAIT_MS = 60_000;

/** Asks again until it is so. */
export async function until(what, found) {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; await new Promise((done) => setTimeout(done, 50))) if (await found()) return;
  assert.fail(`${what}: not in ${WAIT_MS / 1000} s`);
}

export async function begin({ name = "ana" } = {}) {
  const mock = isReal ? null : mockServer(join(ROOT, "web/dist"));
  if (mock) await new Promise((done) => mock.server.listen(0, "127.0.0.1", done));
  const url = process.env.STOCKWRIGHT_URL?.replace(/\/$/, "") ?? `http://127.0.0.1:${mock.server.address().port}`;
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS, timeout: WAIT_MS });
  const [user, password] = isReal ? process.env.STOCKWRIGHT_LOGIN.split(/:(.*)/s) : [name, name + name];
  let state;
  async function page({ width = 1440, height = 900, scheme = "light", signedIn = true } = {}) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, locale: "en-US", baseURL: url, acceptDownloads: true,
      ...(signedIn && state ? { storageState: state } : {}) });
    context.setDefaultTimeout(WAIT_MS);
    const made = await context.newPage(), complaints = [];
    made.complaints = complaints;
    const asksWho = (message) => message.location().url.endsWith("/api/v1/me");        // nobody is signed in yet: 401 is the answer
    made.on("console", (message) => { if (message.type() === "error" && !asksWho(message)) complaints.push(`${message.text()} ${message.location().url}`); });
    made.on("pageerror", (error) => complaints.push(String(error)));
    await made.addInitScript(() => document.addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`)));
    return made;
  }
  const first = await page({ signedIn: false });
  await first.goto("/login");
  await first.getByLabel("Name").fill(user);
  await first.getByLabel("Password").fill(password);
  await first.getByRole("button", { name: "Sign in" }).click();
  await first.getByRole("grid").waitFor();
  state = await first.context().storageState();
  await first.context().close();
  const call = async (path, body) => {
    const cookie = state.cookies.map((one) => `${one.name}=${one.value}`).join("; ");
    const me = body ? await call("/me") : null;
    const response = await fetch(`${url}/api/v1${path}`, { headers: { cookie, ...(me ? { "X-CSRF-Token": me.csrf, "Content-Type": "application/json" } : {}) }, ...(body ? { method: "POST", body: JSON.stringify(body) } : {}) });
    return response.headers.get("content-type")?.includes("json") ? response.json() : response.text();
  };
  /** Verdicts move stock and orders; what follows from them is planned, so that no case changes under what comes next. */
  const planned = async () => { if (isReal) await until("planning rests", async () => !(await call("/plan", {})).step); };
  return { url, page, call, planned, mock: (command) => fetch(`${url}/mock/${command}`), end: async () => { await browser.close(); mock?.close(); } };
}

/** Nothing is being read, drawn or moved any more. */
async function still(page) {
  await page.waitForFunction(() => !document.querySelector("[aria-busy=true], .skeleton, .progress.on") && document.getAnimations().every((one) => one.playState !== "running"));
}

/** No violation of the accessibility rules (WCAG 2.2 A and AA, and best practice); nothing wider than the screen; nothing complained. */
export async function clean(page, what) {
  await still(page);
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => (await globalThis.axe.run(document, { resultTypes: ["violations"], rules: { "target-size": { enabled: true } } })).violations
    .map((violation) => `${violation.id}: ${violation.help} (${violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")})`));
  assert.deepEqual(found, [], `${what}: accessibility`);
  const wide = await page.evaluate(() => {
    const most = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= most) return [];
    return [...document.querySelectorAll("body *")].filter((node) => node.getBoundingClientRect().right > most + 1).slice(0, 5).map((node) => node.outerHTML.slice(0, 140));
  });
  assert.deepEqual(wide, [], `${what}: wider than the screen`);
  assert.deepEqual(page.complaints, [], `${what}: console`);
}

export async function picture(page, name, options = {}) {
  if (!PICTURES) return;
  await still(page);
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, name + ".png"), ...options });
}
