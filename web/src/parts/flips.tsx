/* flips.tsx - what would change the answer: for each input alone the nearest change, in words; worked out when somebody wants to see it. */
import { flipsPath } from "../api";
import { day, qty, share } from "../format";
import type { Case, Flip, Flips as Answer } from "../types";
import { Later } from "./later";

const HEADS: readonly { becomes: Flip["becomes"]; head: string }[] = [
  { becomes: "nothing", head: "Nothing to do" }, { becomes: "quantity", head: "Another quantity" }, { becomes: "tier", head: "Decided by somebody else" },
];

function Found({ answer, c }: { answer: Answer; c: Case }) {
  if (!answer.wanted) return <p>On what is known by now ({day(answer.as_of)}) nothing of this is needed any more: the next planning step closes the case.</p>;
  return (
    <>
      {answer.qty !== c.action.qty && <p class="warn-text">On what is known by now ({day(answer.as_of)}) it would be {qty(answer.qty, c.uom)}; the changes below start from that.</p>}
      {HEADS.map(({ becomes, head }) => {
        const rows = answer.rows.filter((row) => row.becomes === becomes);
        return rows.length > 0 && <div key={becomes}><h4>{head}</h4><ul class="flips">{rows.map((row) => <li key={row.input}>{row.text}.</li>)}</ul></div>;
      })}
      {answer.rows.length === 0 && <p>No change of a single input within its usual bounds gives another answer.</p>}
      <p class="small muted">{answer.target != null && `Service target ${share(answer.target)}: `}{answer.target_because}. One input is changed at a time, all others stay; nearest first.</p>
    </>
  );
}

export function Flips({ id, c }: { id: number; c: Case }) {
  return <Later<Answer> id="flips" title="What would change the answer" path={flipsPath(id)} reading="Looking for what would change the answer">{(answer) => <Found answer={answer} c={c} />}</Later>;
}
