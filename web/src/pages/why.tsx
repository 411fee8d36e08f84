/* why.tsx - the chain from a number to the bytes it rests on: each record below the one it explains. */
import { useLoad } from "../load";
import { moment } from "../format";
import { caseAddress, segment, whyAddress } from "../router";
import type { Why, WhyNode } from "../types";
import { plainWord } from "../words";
import { Chip, Failed, Skeleton } from "../parts/bits";

const DEPTH_SHOWN = 8;

function Source({ document }: { document: NonNullable<WhyNode["document"]> }) {
  const at = [document.line != null && `line ${document.line}`, document.offset != null && `byte ${document.offset}`, document.length != null && `${document.length} bytes`].filter(Boolean).join(", ");
  return (
    <figure class="source">
      <figcaption>{document.name}{at && `, ${at}`} <span class="muted">sha256 <code title={document.sha256}>{document.sha256.slice(0, 12)}</code></span></figcaption>
      {document.text != null && <pre tabIndex={0} aria-label={`Bytes of ${document.name}`}>{document.text}</pre>}
    </figure>
  );
}

function Node({ node, root }: { node: WhyNode; root: boolean }) {
  return (
    <li class={`why-node depth-${Math.min(node.depth, DEPTH_SHOWN)}`}>
      <div class="why-line">
        <Chip>{plainWord(node.kind)}</Chip>
        {node.role && node.role !== node.kind && !root && <span class="muted">as {plainWord(node.role).toLowerCase()}</span>}
        {root ? <strong>{node.summary}</strong> : <span>{node.summary}</span>}
        <span class="muted small">{moment(node.at)}{node.by && ` by ${node.by}`} · {root ? `row ${node.row}` : <a href={whyAddress(node.row)}>row {node.row}</a>}
          {node.kind === "case" && <> · <a href={caseAddress(Number(node.key) || node.row)}>open the case</a></>}</span>
      </div>
      {node.document && <Source document={node.document} />}
      {node.payload !== undefined && node.payload !== null && (
        <details><summary>Record as stored</summary><pre tabIndex={0} aria-label={`Record ${node.row}`}>{JSON.stringify(node.payload, null, 2)}</pre></details>
      )}
    </li>
  );
}

export function WhyPage({ id }: { id: string }) {
  const { data, problem, again } = useLoad<Why>("/why/" + segment(id));
  if (problem && !data) return <div class="page"><Failed problem={problem} retry={again} /></div>;
  if (!data) return <div class="page"><Skeleton label="Reading the chain" /></div>;
  const sources = data.chain.filter((node) => node.document).length;
  return (
    <article class="page why">
      <p class="crumbs">Why · row {data.root.row}</p>
      <h1>{data.root.summary}</h1>
      <p class="muted">{plainWord(data.root.kind)} of {moment(data.root.at)}{data.root.by && ` by ${data.root.by}`}. It rests on {data.chain.length - 1} records, {sources} of them down to the bytes of a document.</p>
      {data.cut && <p class="banner warn">The chain is longer than what is shown here; open a record to go on from it.</p>}
      <ol class="chain">{data.chain.map((node, i) => <Node key={node.row} node={node} root={i === 0} />)}</ol>
    </article>
  );
}
