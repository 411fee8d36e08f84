/* app.tsx - who is signed in, which screen the address means, and the stream of changes. */
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { page, wide } from "./actions";
import { changes, get, Problem, whoAmI } from "./api";
import { board } from "./board";
import { homeSoon } from "./decide";
import { keysBegin } from "./keys";
import { go, match, place, routerBegin } from "./router";
import { announce, home, me, stream, useCell } from "./store";
import type { Home } from "./types";
import { Frame } from "./parts/frame";
import { CasePage } from "./pages/case";
import { ItemPage } from "./pages/item";
import { ItemsPage } from "./pages/items";
import { LoginPage } from "./pages/login";
import { OrdersPage } from "./pages/orders";
import { OutcomesPage } from "./pages/outcomes";
import { ProposalPage } from "./pages/proposal";
import { QueuePage } from "./pages/queue";
import { SupplierPageView, SuppliersPage } from "./pages/supplier";
import { TargetsPage } from "./pages/targets";
import { WhyPage } from "./pages/why";

type Params = Record<string, string>;
const ROUTES: readonly { path: string; page: string; title: (p: Params) => string; show: (p: Params) => preact.ComponentChild }[] = [
  { path: "/", page: "queue", title: () => "Queue", show: () => <QueuePage /> },
  { path: "/q", page: "queue", title: () => "Queue", show: () => <QueuePage /> },
  { path: "/x/:id", page: "case", title: (p) => `Case ${p.id}`, show: (p) => <CasePage id={Number(p.id)} /> },
  { path: "/il/:item/:place", page: "item", title: (p) => `${p.item} at ${p.place}`, show: (p) => <ItemPage key={p.item + "@" + p.place} item={p.item!} at={p.place!} /> },
  { path: "/items", page: "items", title: () => "Items", show: () => <ItemsPage /> },
  { path: "/sup", page: "suppliers", title: () => "Suppliers", show: () => <SuppliersPage /> },
  { path: "/sup/:code", page: "supplier", title: (p) => `Supplier ${p.code}`, show: (p) => <SupplierPageView key={p.code} code={p.code!} /> },
  { path: "/targets", page: "targets", title: () => "Targets", show: () => <TargetsPage /> },
  { path: "/outcomes", page: "outcomes", title: () => "Outcomes", show: () => <OutcomesPage /> },
  { path: "/orders", page: "orders", title: () => "Orders", show: () => <OrdersPage /> },
  { path: "/order/:supplier/:place", page: "orders", title: (p) => `Order to ${p.supplier} for ${p.place}`, show: (p) => <ProposalPage key={p.supplier + "@" + p.place} supplier={p.supplier!} at={p.place!} /> },
  { path: "/why/:id", page: "why", title: (p) => `Why ${p.id}`, show: (p) => <WhyPage key={p.id} id={p.id!} /> },
];

function Screen() {
  const { path } = useCell(place);
  for (const route of ROUTES) {
    const params = match(route.path, path);
    if (!params) continue;
    page.value = route.page;             // before the screen draws, so that its actions know where they are
    return <Titled title={route.title(params)} name={route.page}>{route.show(params)}</Titled>;
  }
  return <Titled title="Not here" name="none"><div class="page"><h1>There is no such page.</h1><p><a href="/q">Go to the queue</a></p></div></Titled>;
}

function Titled({ title, name, children }: { title: string; name: string; children: preact.ComponentChildren }) {
  useEffect(() => {
    document.title = `${title} · Stockwright`;
    page.changed();
    if (name !== "queue") { announce(title); document.querySelector<HTMLElement>("#main")?.focus({ preventScroll: true }); scrollTo(0, 0); }
  }, [title]);
  return <>{children}</>;
}

const REREAD_MS = 1500;
function listen() {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const others = () => {
    clearTimeout(timer);
    timer = setTimeout(() => { void board.reread(); homeSoon(0); }, REREAD_MS);
  };
  return changes({
    step: (data) => {
      const fresh = Number(data.new ?? 0);
      if (fresh > 0) { board.arrive(fresh); announce(`${fresh} new cases. They join the list when you ask for them.`); }
      others();
    },
    decision: others, command: others,
  }, (open) => {
    if (open && (stream.value === "lost" || board.loaded)) others();       // what happened while nobody listened
    stream.set(open ? "open" : "lost");
  });
}

function Inside() {
  useEffect(() => {
    get<Home>("/home").then((answer) => home.set(answer), (error: Problem) => announce(error.message));
    return listen();
  }, []);
  useCell(wide);
  return <Frame><Screen /></Frame>;
}

function App() {
  const who = useCell(me), { path } = useCell(place);
  useEffect(() => { if (who && path === "/login") go("/", "replace"); }, [who, path]);
  if (who === undefined) return null;
  if (who === null) return <LoginPage />;
  return <Inside key={who.user} />;
}

routerBegin();
keysBegin();
void whoAmI();
render(<App />, document.getElementById("app")!);
