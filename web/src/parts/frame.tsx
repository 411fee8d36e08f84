/* frame.tsx - what is around every screen: the bar on top, what is sample data, the notice with its undo, the live region. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { action, here, page } from "../actions";
import { signOut } from "../api";
import { board, queryAddress } from "../board";
import { notice, undo } from "../decide";
import { moment } from "../format";
import { caseAddress } from "../router";
import { live, me, stream, theme, useCell } from "../store";
import { Asked } from "./ask";
import { Key } from "./bits";

const THEMES = ["system", "light", "dark"];

function Bar() {
  const who = useCell(me), shown = useCell(page), look = useCell(theme);
  const next = THEMES[(THEMES.indexOf(look) + 1) % THEMES.length]!;
  const screens = [
    { name: "queue", label: "Queue", to: queryAddress(board.query), pages: ["queue", "case"] },
    { name: "orders", label: "Orders", to: "/orders", pages: ["orders"] },
    { name: "items", label: "Items", to: "/items", pages: ["items", "item"] },
    { name: "targets", label: "Targets", to: "/targets", pages: ["targets"] },
    { name: "outcomes", label: "Outcomes", to: "/outcomes", pages: ["outcomes"] },
    { name: "suppliers", label: "Suppliers", to: "/sup", pages: ["suppliers", "supplier"] },
  ];
  return (
    <header>
      {who?.sample && <p class="sample-word">Sample data: nothing here leaves this machine</p>}
      <div class="topbar">
      <a class="brand" href="/"><svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true"><path d="M3 17V9h3v8zM8.5 17V3h3v14zM14 17v-5h3v5z" /></svg>Stockwright</a>
      <nav aria-label="Screens">
        {screens.map((screen) => <a key={screen.name} href={screen.to} aria-current={screen.pages.includes(shown) ? "page" : undefined}>{screen.label}</a>)}
      </nav>
      <div class="topbar-end">
        <button type="button" class="button quiet" aria-label={`Theme: ${look}. Change to ${next}`} onClick={() => theme.set(next)}>
          <span aria-hidden="true">{look === "dark" ? "☾" : look === "light" ? "☀" : "◐"}</span><span class="wide-only">{look}</span>
        </button>
        <button type="button" class="button quiet" onClick={() => action("keys").perform(here())}>Keys<Key name="?" /></button>
        {who && <span class="who"><span class="wide-only">{who.user} · {who.role}</span>
          <button type="button" class="button quiet" onClick={() => void signOut()}>Sign out</button></span>}
      </div>
      </div>
    </header>
  );
}

function NoticeBar() {
  const shown = useCell(notice);
  if (!shown) return null;
  return (
    <section class={"notice " + shown.tone} aria-label="Notice">
      <span role={shown.tone === "failed" ? "alert" : undefined}>{shown.text}</span>
      {shown.undo && <button type="button" class="button" onClick={() => void undo(shown.undo)}>Undo<Key name="u" /></button>}
      {shown.look !== undefined && <a class="button" href={caseAddress(shown.look)}>Look</a>}
      <button type="button" class="button quiet" aria-label="Close this notice" onClick={() => notice.set(null)}>✕</button>
    </section>
  );
}

/** On paper only: what was printed, by whom, when; filled at the moment of printing. */
function PaperFoot() {
  const foot = useRef<HTMLElement>(null);
  useEffect(() => {
    const fill = () => { foot.current!.textContent = `${location.href} · ${me.value?.user ?? ""} · ${moment(new Date().toISOString())}`; };
    addEventListener("beforeprint", fill);
    return () => removeEventListener("beforeprint", fill);
  }, []);
  return <footer class="paper-foot" ref={foot} />;
}

export function Frame({ children }: { children: ComponentChildren }) {
  const who = useCell(me), said = useCell(live), connection = useCell(stream);
  return (
    <div class={who?.sample ? "app sample" : "app"} data-stream={connection}>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.querySelector<HTMLElement>("[role=grid], #main")?.focus(); }}>Skip to content</a>
      <Bar />
      {connection === "lost" && <p class="banner warn" role="status">Not connected to the server: figures may be old. Trying again.</p>}
      {who?.stopped && <p class="banner bad" role="status">Sending is stopped. Decisions can be made; no order leaves until an admin releases it.</p>}
      <main id="main" tabIndex={-1}>{children}</main>
      <PaperFoot />
      <NoticeBar />
      <div class="unseen" role="status" aria-live="polite">{said}</div>
      <Asked />
    </div>
  );
}
