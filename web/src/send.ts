/* send.ts - changing one thing from a screen: what waits for the answer, and what was refused. */
import { useState } from "preact/hooks";
import { itemPath, post, Problem } from "./api";
import { announce } from "./store";

/** `row` names what waits while others may be pressed; `done` takes the answer of what was not refused. */
export function useSend() {
  const [busy, setBusy] = useState<number | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async <T>(row: number, path: string, body: object, done: (answer: T) => void) => {
    setBusy(row); setProblem(null);
    try { done(await post<T>(path, body)); } catch (error) { setProblem(error as Problem); }
    setBusy(null);
  };
  return { busy, problem, send };
}

/** Leaves a sale or a receipt out of what is learned from, for `reason`, or lets it count again. */
export function useMark({ item, place }: { item: string; place: string }, again: () => void) {
  const { busy, problem, send } = useSend();
  const mark = (row: number, out: boolean, reason: string, said: string) =>
    send(row, `${itemPath(item, place)}/exceptional`, { row, mark: out, reason: out ? reason : "counts again" }, () => { announce(said); again(); });
  return { busy, problem, mark };
}
