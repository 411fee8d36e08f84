/* bits.tsx - the smallest parts: chips, keys, states of a screen. */
import { createContext, type ComponentChildren } from "preact";
import { useContext } from "preact/hooks";
import type { Problem } from "../api";
import type { Tone } from "../words";

export function Chip({ tone = "plain", children, title }: { tone?: Tone; children: ComponentChildren; title?: string }) {
  return <span class={`chip ${tone}`} title={title}>{children}</span>;
}

/** The key beside a label; the label names the action, so screen readers skip it. */
export function Key({ name }: { name: string | undefined }) {
  return name ? <kbd aria-hidden="true">{name}</kbd> : null;
}

export function TierChip({ tier, word }: { tier: string; word: string }) {
  return <span class={`chip tier-${tier}`}>{word}</span>;
}

/** What failed, what still works, and the way on. */
export function Failed({ problem, retry, children }: { problem: Problem; retry?: () => void; children?: ComponentChildren }) {
  return (
    <div class="state" role="alert">
      <p class="strong">{problem.title}{problem.status ? ` (${problem.status})` : ""}</p>
      <p>{problem.detail} {problem.hint}</p>
      {problem.instance && <p class="muted small">Error id {problem.instance}</p>}
      {children}
      {retry && <button type="button" class="button" onClick={retry}>Try again</button>}
    </div>
  );
}

/** Why the server did not do it, beside the button that asked. */
export function Refused({ problem }: { problem: Problem | null }) {
  return problem && <p class="bad-text" role="alert">{problem.message} {problem.hint}</p>;
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return <div class="state"><p class="strong">{title}</p>{children}</div>;
}

/** Only on the first load; afterwards old content stays until the new is here. */
export function Skeleton({ rows = 6, label }: { rows?: number; label: string }) {
  return (
    <div class="skeletons" role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, i) => <div key={i} class="skeleton" />)}
    </div>
  );
}

/** Level of the headings of sections: one below the heading of what they are part of. */
export const Level = createContext<2 | 3>(3);

/** A section of a page with its heading. */
export function Section({ id, title, aside, children }: { id?: string; title: string; aside?: ComponentChildren; children: ComponentChildren }) {
  const Heading = `h${useContext(Level)}` as "h2" | "h3";
  return (
    <section class="section" id={id} aria-label={title}>
      <div class="section-head"><Heading>{title}</Heading>{aside}</div>
      {children}
    </section>
  );
}

const NOTE_BESIDE = 8;                   // a longer note has its own line
/** Term and value pairs; values that are not known say so. */
export function Pairs({ rows }: { rows: readonly (readonly [string, ComponentChildren, string?])[] }) {
  return (
    <dl class="pairs">
      {rows.map(([term, value, note]) => (
        <div key={term}><dt>{term}</dt><dd>{value}{note && <span class={note.length > NOTE_BESIDE ? "muted small block" : "muted small"}> {note}</span>}</dd></div>
      ))}
    </dl>
  );
}
