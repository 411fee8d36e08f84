/* case.tsx - a case on its own page: its permanent address, and what a narrow screen opens. */
import { action, here } from "../actions";
import { board, queryAddress } from "../board";
import { useCell } from "../store";
import { CasePane } from "../parts/casepane";
import { Key } from "../parts/bits";

export function CasePage({ id }: { id: number }) {
  useCell(board.changed);
  const at = board.placeOf(id);
  const walk = (name: string) => <button type="button" class="button" onClick={() => action(name).perform(here())}>{action(name).label}<Key name={action(name).keys[0]} /></button>;
  return (
    <div class="page narrow-page">
      <h1 class="unseen">Case {id}</h1>
      <div class="walk">
        <a class="button" href={queryAddress(board.query, { sel: String(id) })}>← Queue</a>
        {at !== undefined && <span class="muted">{at + 1} of {board.total}</span>}
        {at !== undefined && <>{walk("previous")}{walk("next")}</>}
      </div>
      <CasePane id={id} />
    </div>
  );
}
