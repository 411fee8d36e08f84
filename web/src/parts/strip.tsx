/* strip.tsx - the home strip: what waits, whether the figures tie out with the ERP's own, and how old each feed is. */
import { count, day, age, money, moneyShort, NONE, plural, share } from "../format";
import { figures, home, useCell } from "../store";
import type { Feed, Home, Tile } from "../types";
import { FEED_TONES, feedWord } from "../words";
import { Chip } from "./bits";

const LATE_SHOWN = 3;

function value(tile: Tile, currency: string, exact: boolean): string {
  if (tile.unit === "share") return share(tile.value);
  if (tile.value == null) return NONE;
  if (tile.unit === "money") return exact ? money(tile.value, currency) : moneyShort(tile.value, currency);
  return count(tile.value);
}

function Ties({ tile, currency }: { tile: Tile; currency: string }) {
  const ties = tile.ties_to;
  if (!ties) return null;
  if (ties.difference === 0) return <span class="good-text">= {ties.label}, to the cent</span>;
  const apart = Math.abs(ties.difference), less = ties.difference < 0;
  return <span class="warn-text">{less ? "▼" : "▲"} {tile.unit === "money" ? money(apart, currency) : count(apart)} {less ? "less" : "more"} than {ties.label}</span>;
}

function TileBox({ tile, currency }: { tile: Tile; currency: string }) {
  const body = <>
    <span class="tile-label">{tile.label}</span>
    <span class="tile-value" title={value(tile, currency, true)}>{value(tile, currency, false)}</span>
    <span class="tile-note"><Ties tile={tile} currency={currency} />{tile.of !== undefined && <span class="muted">of {count(tile.of)}</span>}{tile.lines_due !== undefined && <span class="muted">of {plural(tile.lines_due, "line")} due</span>}</span>
  </>;
  return tile.link ? <a class="tile" href={tile.link}>{body}</a> : <div class="tile">{body}</div>;
}

function feedSays(feed: Feed) { return `${feedWord(feed.kind)}${feed.place ? " " + feed.place : ""}: ${feed.last == null && feed.age_hours == null ? "no data" : age(feed.age_hours)}`; }

function Feeds({ feeds }: { feeds: Feed[] }) {
  const late = feeds.filter((feed) => feed.state !== "fresh"), shown = late.slice(0, LATE_SHOWN), fresh = feeds.filter((feed) => feed.state === "fresh");
  return (
    <div class="feeds">
      <span class="muted">Feeds</span>
      {shown.map((feed) => (
        <Chip key={feed.kind + feed.place} tone={FEED_TONES[feed.state] ?? "plain"}>{feed.state === "dead" ? "✕" : "▲"} {feedSays(feed)}, {feed.state}</Chip>
      ))}
      {late.length > shown.length && (
        <details class="more-feeds">
          <summary><Chip tone="warn">▲ {count(late.length - shown.length)} more not fresh</Chip></summary>
          <div class="popover">{late.slice(LATE_SHOWN).map((feed) => <Chip key={feed.kind + feed.place} tone={FEED_TONES[feed.state] ?? "plain"}>{feedSays(feed)}, {feed.state}</Chip>)}</div>
        </details>
      )}
      {fresh.length > 0 && (
        <details class="more-feeds">
          <summary><Chip tone="good">● {fresh.length === feeds.length ? "all " : ""}{count(fresh.length)} fresh</Chip></summary>
          <div class="popover">{fresh.map((feed) => <Chip key={feed.kind + feed.place} tone="good">● {feedSays(feed)}, fresh</Chip>)}</div>
        </details>
      )}
    </div>
  );
}

/** "42 open decisions, $182k at risk in them, 38 done by policy". */
export function Waiting({ home: h }: { home: Home }) {
  return (
    <p class="waiting">
      <strong>{plural(h.queue.open, "open decision")}</strong>
      {h.queue.at_risk != null && <> · <span title={money(h.queue.at_risk, h.currency)}>{moneyShort(h.queue.at_risk, h.currency)}</span> at risk in them</>}
      {" · "}<a href="/q?view=done">{count(h.queue.automatic)} done by policy</a>
      {h.as_of && <span class="muted"> · data to {day(h.as_of)}</span>}
    </p>
  );
}

export function Strip() {
  const h = useCell(home), shown = useCell(figures) === "shown";
  if (!h) return <div class="strip" role="status" aria-label="Reading the figures"><div class="skeleton" /></div>;
  const dead = h.feeds.filter((feed) => feed.state === "dead");
  return (
    <section class="strip" aria-label="Today">
      <div class="strip-line">
        <Waiting home={h} />
        <Feeds feeds={h.feeds} />
        <button type="button" class="link" aria-expanded={shown} onClick={() => figures.set(shown ? "hidden" : "shown")}>{shown ? "Hide figures" : "Show figures"}</button>
      </div>
      {dead.length > 0 && <p class="banner bad">{dead.slice(0, LATE_SHOWN).map(feedSays).join(", ")}{dead.length > LATE_SHOWN && ` and ${dead.length - LATE_SHOWN} more`}. Proposals rest on what was last received; nothing that needs these feeds is decided by rule.</p>}
      {shown && <div class="tiles">{h.tiles.map((tile) => <TileBox key={tile.code} tile={tile} currency={h.currency} />)}</div>}
    </section>
  );
}
