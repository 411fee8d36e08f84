/* Twenty cases decided by keyboard alone. The pointer is never used; after each step the focus and the counts are looked at. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { begin, clean, MOCK_ONLY, until } from "./browser.mjs";

let b, page;
before(async () => { b = await begin(); page = await b.page(); });
after(() => b.end());

const press = (...keys) => keys.reduce((done, key) => done.then(() => page.keyboard.press(key)), Promise.resolve());
const inGrid = (why) => until(why, () => page.evaluate(() => document.activeElement?.getAttribute("role") === "grid"));
const waiting = async () => Number((await page.getByRole("navigation", { name: "Views" }).locator("[aria-current] .count").textContent()).replace(/\D/g, ""));
/** The row that aria-activedescendant names, once it is drawn and read. */
const current = async () => (await page.waitForFunction(() => {
  const row = document.getElementById(document.querySelector("[role=grid]")?.getAttribute("aria-activedescendant"));
  return row?.dataset.id && { id: Number(row.dataset.id), place: Number(row.dataset.place) };
})).jsonValue();
const stands = (why, fits) => until(why, async () => fits(await current()));
const status = async (id) => (await b.call(`/cases/${id}`)).case.status;

test("twenty decisions by keyboard: accept, change, reject, snooze, undo", async () => {
  await page.goto("/q?kind=buy");
  await page.getByRole("row").nth(5).waitFor();
  await inGrid("the list has the focus from the start");
  const start = await waiting(), decided = [];
  const step = ["a", "a", "e", "r", "h", "a", "u", "a", "r", "a", "a", "h", "e", "a", "a", "r", "u", "a", "a", "h", "a", "a"];
  for (const key of step) {
    const at = await current();
    if (key === "u") {
      const last = decided.pop();
      await press("u");
      await until("the case is back", async () => ["open", "snoozed"].includes(await status(last.id)));
      await stands("undo stands on the case again", ({ id }) => id === last.id);
    } else {
      await press(key);
      if (key === "e") {
        const quantity = page.getByRole("dialog").getByLabel(/^Quantity in/);
        await quantity.waitFor();
        await until("the quantity has the focus", () => quantity.evaluate((field) => field === document.activeElement));
        const asked = Number(await quantity.inputValue()) * 2;
        await page.keyboard.type(String(asked));
        await page.getByRole("dialog").getByLabel(/^Reason/).focus();
        await page.keyboard.type("a full pallet");
        await press("Enter");
        await until("the quantity is changed", async () => (await b.call(`/cases/${at.id}`)).case.action.qty === asked);
      } else if (key === "r") {
        await page.getByRole("dialog").waitFor();
        await press("ArrowDown", "Enter");
      } else if (key === "h") {
        await page.getByRole("dialog").waitFor();
        await press("Enter");
      }
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await until(`${key} is decided`, async () => !["open"].includes(await status(at.id)));
      decided.push({ id: at.id, key });
      await stands("the cursor is on the next case", ({ id }) => id !== at.id);
    }
    await inGrid(`after ${key} the list has the focus`);
  }
  assert.equal(decided.length, 18);
  await press("a"); decided.push({ key: "a" });
  await press("a"); decided.push({ key: "a" });
  await until("the count went down by twenty", async () => await waiting() === start - decided.length);
  const wanted = { a: ["accepted", "waiting-approval"], e: ["accepted", "waiting-approval"], r: ["rejected"], h: ["snoozed"] };
  for (const { id, key } of decided.filter((one) => one.id)) assert.ok(wanted[key].includes(await status(id)), `${id} after ${key}`);
  await page.evaluate(() => document.activeElement.blur());
  await clean(page, "after twenty decisions");
});

test("a reason is asked for before a case is rejected, and Esc leaves all as it was", async () => {
  await page.goto("/q");
  await page.getByRole("row").nth(5).waitFor();
  const at = await current();
  await press("r");
  await page.getByRole("dialog").waitFor();
  assert.ok(await page.getByRole("dialog").getByRole("button", { name: "Reject" }).isDisabled());
  await press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await inGrid("the focus is back");
  assert.equal((await current()).id, at.id);
  assert.notEqual(await status(at.id), "rejected");
});

test("keys move by row, screen and end, open the case and come back", async () => {
  await page.goto("/q");
  await page.getByRole("row").nth(5).waitFor();
  await press("j", "j", "k");
  await stands("two down, one up", ({ place }) => place === 1);
  await press("PageDown");
  await stands("a screen down", ({ place }) => place > 5);
  await press("Home");
  await stands("the first row", ({ place }) => place === 0);
  await press("End");
  const total = Number(await page.getByRole("grid").getAttribute("aria-rowcount")) - 1;
  await stands("the last row", ({ place }) => place === total - 1);
  await press("Home", "Enter");
  await until("the case has the focus", () => page.evaluate(() => document.activeElement?.id === "case-title"));
  await press("n", "n", "p");
  await stands("n and p go through the list from inside the case", ({ place }) => place === 1);
  await press("Escape");
  await inGrid("Esc goes back to the list");
  await press("g", "o");
  await page.waitForURL("**/orders");
  await press("g", "q");
  await page.waitForURL("**/q**");
  await inGrid("the list again");
  await press("/");
  await until("the filter has the focus", () => page.evaluate(() => document.activeElement?.id === "filter"));
  await page.keyboard.type("zzzz");
  await page.getByText("No case fits this filter.").waitFor();
});

test("single keys can be switched off", async (t) => {
  t.after(() => page.evaluate(() => localStorage.clear()));
  await page.goto("/q");
  await page.getByRole("row").nth(5).waitFor();
  await press("?");
  await page.getByRole("checkbox", { name: /Single keys work/ }).press("Space");
  await press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  const before = await current();
  await press("j", "a");
  assert.equal((await current()).id, before.id);
  assert.notEqual(await status(before.id), "accepted");
  await press("ArrowDown");
  await stands("arrows belong to the list and stay", ({ place }) => place === before.place + 1);
});

test("many at once: selected, shown with their total, accepted, taken back", async () => {
  await b.planned();
  await page.goto("/q?kind=buy");
  await page.getByRole("row").nth(8).waitFor();
  const start = await waiting(), { rows } = await b.call("/queue?view=open&kind=buy&limit=3");
  await press("x", "j", "j", "Shift+X");
  await page.getByText("3 selected").waitFor();
  await until("three rows are marked", async () => await page.locator("[role=row][aria-selected=true]").count() === 3);
  await press("a");
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  const total = rows.reduce((sum, row) => sum + row.value, 0) / 100;
  assert.ok((await dialog.textContent()).replace(/,/g, "").includes(total.toFixed(2)), "the total is the sum of the rows");
  await press("Enter");
  await until("three are decided", async () => (await Promise.all(rows.map((row) => status(row.id)))).every((now) => now !== "open"));
  await until("the count says so", async () => await waiting() === start - 3);
  await press("u");
  await until("three are back", async () => (await Promise.all(rows.map((row) => status(row.id)))).every((now) => now === "open"));
  await until("the count is back", async () => await waiting() === start);
});

test("what somebody else decided first is said, never overwritten", MOCK_ONLY, async () => {
  await page.goto("/q?kind=buy");
  await page.getByRole("row").nth(5).waitFor();
  const at = await current();
  await b.mock(`other?id=${at.id}`);
  await press("a");
  await page.getByText(/was not accepted: changed by .*Now: Rejected/).first().waitFor();
  assert.equal(await status(at.id), "rejected");
  page.complaints.length = 0;                    // the browser itself logs the 409
});
