/* outcomes.tsx - decisions that departed from what was proposed, and what became of them. */
import { casePath } from "../api";
import { day, money, plural, qty } from "../format";
import { caseAddress, itemAddress } from "../router";
import type { OutcomeGroup, OutcomeRow } from "../types";
import { plainWord } from "../words";
import { Later } from "./later";
import { Table } from "./table";

/** "saved $12.00", "cost $3.00 more" */
export function gained(gain: number | null, currency: string): string {
  return gain == null ? "—" : gain < 0 ? `cost ${money(-gain, currency)} more` : `saved ${money(gain, currency)}`;
}

export function OutcomeTable({ rows }: { rows: readonly OutcomeRow[] }) {
  return <Table caption="Decisions and what became of them" rows={rows} columns={[
    { head: "Decision", rowHead: true, cell: (row) => <><a href={caseAddress(row.case)}>{day(row.day)}</a><small class="muted block">{row.by}</small></> },
    { head: "Item", cell: (row) => <><a href={itemAddress(row.item, row.place)}>{row.item}</a><small class="muted block">{row.place}</small></> },
    { head: "Proposed", number: true, cell: (row) => qty(row.proposed, row.uom) },
    { head: "Decided", number: true, cell: (row) => <>{qty(row.decided, row.uom)}<small class="muted block">{plainWord(row.way).toLowerCase()}</small></> },
    { head: "Became of it", number: true, cell: (row) => row.gain != null ? gained(row.gain, row.currency) : <span class="muted">{row.state}{row.over && `: ${day(row.over)}`}</span> },
    { head: "Reason", prose: true, cell: (row) => row.reason },
  ]} />;
}

/** "raised: 4 of 21 helped, saved $120.00" */
export function groupText(group: OutcomeGroup): string {
  return group.seen_through ? `${group.helped} of ${group.seen_through} helped, ${gained(group.gain, group.currency)}` : `${plural(group.decisions, "decision")}, none over yet`;
}

export function Like({ id }: { id: number }) {
  return <Later<{ rows: OutcomeRow[]; ways: OutcomeGroup[] }> id="like" title="Similar past decisions" path={casePath(id) + "/like"} reading="Reading decisions">{({ rows, ways }) => <>
    {rows.length ? <OutcomeTable rows={rows} /> : <p>Nobody departed from a proposal for this item or supplier yet.</p>}
    {ways.length > 0 && <p class="small muted">Of all items: {ways.map((way) => `${plainWord(way.name).toLowerCase()} ${groupText(way)}`).join("; ")}. <a href="/outcomes">All of them</a></p>}
  </>}</Later>;
}
