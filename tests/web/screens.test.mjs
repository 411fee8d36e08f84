/* Every screen, in light, dark and at 320 pixels: no violation of the accessibility rules, no complaint of the console or the content
 * policy, nothing wider than the screen. */
import { after, before, test } from "node:test";
import { begin, clean, MOCK_ONLY, picture } from "./browser.mjs";

const LOOKS = [{ look: "light" }, { look: "dark", scheme: "dark" }, { look: "320", width: 320, height: 640 }];
let b, buy, allocation;
before(async () => {
  b = await begin();
  const { rows } = await b.call("/queue?view=open&kind=buy&limit=5");
  buy = rows[1];
  allocation = (await b.call("/queue?view=open&kind=allocate&limit=1")).rows[0];
  for (const row of rows.slice(2)) await b.call(`/cases/${row.id}/decide`, { row: row.row, verdict: "accept" });
});
after(() => b.end());

const SCREENS = [
  { name: "queue", to: () => "/", ready: (page) => page.getByRole("row").nth(3).waitFor() },
  { name: "queue filtered to nothing", to: () => "/q?f=zzzzzz", ready: (page) => page.getByText("No case fits this filter.").waitFor() },
  { name: "queue with a selection", to: () => "/q", ready: async (page) => {
    await page.getByRole("row").nth(3).waitFor(); await page.keyboard.press("x"); await page.keyboard.press("j"); await page.keyboard.press("x");
    await page.getByText("2 selected").waitFor(); } },
  { name: "case", to: () => `/x/${buy.id}`, ready: (page) => page.getByRole("region", { name: /^Why / }).waitFor() },
  { name: "an allocation", mockOnly: true, to: () => `/x/${allocation.id}`, ready: (page) => page.getByRole("table", { name: "Ways to share" }).waitFor() },
  { name: "item at a place", to: () => `/il/${encodeURIComponent(buy.item)}/${encodeURIComponent(buy.place)}`, ready: (page) => page.getByRole("heading", { level: 1 }).waitFor() },
  { name: "an override to put", to: () => `/il/${encodeURIComponent(buy.item)}/${encodeURIComponent(buy.place)}`, ready: async (page) => { await page.getByRole("button", { name: "Put an override" }).click(); await page.getByRole("dialog").waitFor(); } },
  { name: "suppliers", to: () => "/sup", ready: (page) => page.getByRole("table").waitFor() },
  { name: "a supplier", to: () => `/sup/${encodeURIComponent(buy.supplier)}`, ready: (page) => page.getByRole("heading", { level: 1 }).waitFor() },
  { name: "what would change a case", to: () => `/x/${buy.id}`, ready: async (page) => { await page.getByText("What would change the answer").click(); await page.getByText(/One input is changed at a time/).waitFor(); } },
  { name: "targets", to: () => "/targets", ready: (page) => page.getByRole("region", { name: "Service against stock" }).waitFor({ timeout: 120000 }) },
  { name: "outcomes", to: () => "/outcomes", ready: (page) => page.getByText(/One by one|Nobody departed/).waitFor() },
  { name: "similar decisions", mockOnly: true, to: () => `/x/${buy.id}`, ready: async (page) => { await page.getByText("Similar past decisions").click(); await page.getByRole("table", { name: "Decisions and what became of them" }).waitFor(); } },
  { name: "items", to: () => "/items", ready: (page) => page.getByRole("table").waitFor() },
  { name: "orders", to: () => "/orders", ready: (page) => page.getByRole("heading", { level: 1 }).waitFor() },
  { name: "a proposed order", to: () => `/order/${encodeURIComponent(buy.supplier)}/${encodeURIComponent(buy.place)}`, ready: (page) => page.getByRole("table").waitFor() },
  { name: "why", to: () => `/why/${buy.row}`, ready: (page) => page.getByRole("heading", { level: 1 }).waitFor() },
  { name: "login", to: () => "/login", signedIn: false, ready: (page) => page.getByRole("button", { name: "Sign in" }).waitFor() },
  { name: "no such page", mockOnly: true, to: () => "/nowhere/at/all", ready: (page) => page.getByText("There is no such page.").waitFor() },
  { name: "keys", to: () => "/q", ready: async (page) => { await page.getByRole("row").nth(3).waitFor(); await page.keyboard.press("?"); await page.getByRole("dialog").waitFor(); } },
  { name: "reject", to: () => "/q", ready: async (page) => { await page.getByRole("row").nth(3).waitFor(); await page.keyboard.press("r"); await page.getByRole("dialog").waitFor(); } },
  { name: "change", to: () => "/q?kind=buy", ready: async (page) => { await page.getByRole("row").nth(3).waitFor(); await page.keyboard.press("e"); await page.getByLabel(/^Quantity in/).waitFor(); } },
];

for (const { look, ...size } of LOOKS) {
  for (const screen of SCREENS) {
    test(`${screen.name} is clean, ${look}`, screen.mockOnly ? MOCK_ONLY : {}, async () => {
      const page = await b.page({ ...size, signedIn: screen.signedIn ?? true });
      await page.goto(screen.to());
      await screen.ready(page);
      await clean(page, screen.name);
      await picture(page, `${screen.name.replace(/ /g, "-")}-${look}`);
      await page.context().close();
    });
  }
}

test("text at twice its size still fits a phone and a laptop", async () => {
  for (const size of [{ width: 640, height: 800 }, { width: 1440, height: 900 }]) {
    const page = await b.page(size);
    await page.goto(`/x/${buy.id}`);
    await page.getByRole("region", { name: /^Why / }).waitFor();
    await page.evaluate(() => { document.body.style.fontSize = "28px"; document.documentElement.style.fontSize = "200%"; });
    await clean(page, "twice the size");
    await page.context().close();
  }
});

test("paper shows the case without bars and buttons, and says what it is", async () => {
  const page = await b.page();
  await page.goto(`/x/${buy.id}`);
  await page.getByRole("region", { name: /^Why / }).waitFor();
  await page.emulateMedia({ media: "print" });
  for (const gone of [page.getByRole("navigation"), page.getByRole("button", { name: /^Accept/ })]) await gone.waitFor({ state: "hidden" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));          // the medium is emulated, the event is not
  await page.getByRole("contentinfo").getByText(`/x/${buy.id} · `).waitFor();
  await picture(page, "case-print", { fullPage: true });
  await page.context().close();
});
