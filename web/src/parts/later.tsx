/* later.tsx - a part that is folded away, and read when somebody wants to see it. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { useLoad } from "../load";
import { Failed, Skeleton } from "./bits";

export function Later<T>({ id, title, path, reading, children }: {
  id?: string; title: string; path: string; reading: string; children: (data: T, again: () => void) => ComponentChildren;
}) {
  const [wanted, setWanted] = useState(false);
  const { data, problem, again } = useLoad<T>(wanted ? path : null);
  return (
    <details class="evidence" id={id} onToggle={(event) => setWanted(event.currentTarget.open)}>
      <summary>{title}</summary>
      {wanted && (data ? children(data, again) : problem ? <Failed problem={problem} retry={again} /> : <Skeleton rows={3} label={reading} />)}
    </details>
  );
}
