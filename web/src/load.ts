/* load.ts - reading one thing for a screen: the old answer stays until the new one is here, an outdated question is dropped. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { get, Problem, type Query } from "./api";

export interface Loaded<T> { data: T | null; problem: Problem | null; busy: boolean; again(): void }

/** path null = nothing to ask. `fresh` = forget the old answer when the path changes (another object, not a newer version). */
export function useLoad<T>(path: string | null, query: Query = {}, { fresh = true, waitMs = 0 } = {}): Loaded<T> {
  const asked = JSON.stringify([path, query]);
  const [state, setState] = useState<{ path: string | null; data: T | null; problem: Problem | null; busy: boolean }>(
    { path: null, data: null, problem: null, busy: true });
  const [turn, setTurn] = useState(0);
  const first = useRef(true);
  useEffect(() => {
    if (path === null) { setState({ path, data: null, problem: null, busy: false }); return; }
    const abort = new AbortController();
    setState((old) => ({ ...old, busy: true }));
    const timer = setTimeout(() => {
      get<T>(path, query, abort.signal).then(
        (data) => setState({ path, data, problem: null, busy: false }),
        (error) => {
          if ((error as Error).name === "AbortError") return;
          const problem = error instanceof Problem ? error : new Problem(0, "Failed", String(error));
          setState((old) => ({ path, data: old.path === path ? old.data : null, problem, busy: false }));
        });
    }, first.current ? 0 : waitMs);
    first.current = false;
    return () => { clearTimeout(timer); abort.abort(); };
  }, [asked, turn]);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  const data = fresh && state.path !== path ? null : state.data;
  return { data, problem: state.path === path ? state.problem : null, busy: state.busy, again };
}
