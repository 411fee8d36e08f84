/* outcomes.tsx - did planners know better? Orders they changed, declined or put off, seen through on what came. */
import { useState } from "preact/hooks";
import { useLoad } from "../load";
import type { OutcomeGroup, OutcomeRow, OutcomeRule } from "../types";
import { capital, count } from "../format";
import { plainWord } from "../words";
import { Empty, Failed, Level, Section, Skeleton } from "../parts/bits";
import { gained, groupText, OutcomeTable } from "../parts/outcomes";
import { Table } from "../parts/table";

const BY = ["person", "reason", "tier", "supplier", "way"];

export function OutcomesPage() {
  const [by, setBy] = useState("person");
  const { data, problem, again } = useLoad<{ rows: OutcomeRow[]; total: number }>("/outcomes", { limit: 200 });
  const groups = useLoad<{ rows: OutcomeGroup[] }>("/outcomes/by/" + by, {}, { fresh: false }).data?.rows ?? [], rules = useLoad<{ rows: OutcomeRule[] }>("/outcomes/rules").data?.rows ?? [];
  return (
    <div class="page">
      <h1>Did planners know better?</h1>
      {problem ? <Failed problem={problem} retry={again} /> : !data ? <Skeleton label="Reading decisions" />
        : data.total === 0 ? <Empty title="Nobody departed from a proposal yet."><p>Orders that are changed, declined or put off are seen through here.</p></Empty>
        : <Level.Provider value={2}>
          {rules.length > 0 && <Section title="What the policy could learn"><ul>{rules.map((rule) => <li key={rule.name + rule.tier + rule.way}><b>{rule.name}</b>, tier {rule.tier || "—"}, {plainWord(rule.way).toLowerCase()}: {groupText(rule)}. {capital(rule.text)} (<code>{rule.key}</code>).</li>)}</ul></Section>}
          <Section title="Together">
            <label class="field filter-field"><span>By</span><select value={by} onChange={(event) => setBy(event.currentTarget.value)}>{BY.map((one) => <option key={one}>{one}</option>)}</select></label>
            <Table caption="Outcomes together" rows={groups} columns={[
              { head: capital(by), rowHead: true, cell: (group) => (by === "way" ? plainWord(group.name) : group.name) || "—" },
              { head: "Decisions", number: true, cell: (group) => count(group.decisions) },
              { head: "Helped", number: true, cell: (group) => (group.seen_through ? `${group.helped} of ${group.seen_through}` : "—") },
              { head: "Together", number: true, cell: (group) => gained(group.gain, group.currency) },
            ]} />
          </Section>
          <Section title="One by one"><OutcomeTable rows={data.rows} /></Section>
          <p class="small muted">What was proposed and what was decided, each played on the demand and receipts that came until a review after the order: short, held and waited for, at today's costs.</p>
        </Level.Provider>}
    </div>
  );
}
