/* store.ts - values that several parts of the screen watch. A Cell holds one; useCell redraws a component when it changes. */
import { useEffect, useState } from "preact/hooks";
import type { Home, Me } from "./types";

export class Cell<T> {
  private listeners = new Set<() => void>();
  constructor(public value: T) {}
  set(value: T) {
    if (Object.is(value, this.value)) return;
    this.value = value;
    this.changed();
  }
  /** For values that are changed in place. */
  changed() { for (const listener of [...this.listeners]) listener(); }
  on(listener: () => void) {
    this.listeners.add(listener);
    return () => { this.listeners.delete(listener); };
  }
}

export function useCell<T>(cell: Cell<T>): T {
  const [, redraw] = useState(0);
  const seen = cell.value;
  useEffect(() => {
    const stop = cell.on(() => redraw((n) => n + 1));
    if (!Object.is(seen, cell.value)) redraw((n) => n + 1);
    return stop;
  }, [cell]);
  return seen;
}

function remembered(name: string, otherwise: string) {
  try { return localStorage.getItem(name) ?? otherwise; } catch { return otherwise; }
}
function remember(name: string, value: string) {
  try { localStorage.setItem(name, value); } catch { /* private windows may refuse; the choice then lasts until reload */ }
}
function kept(name: string, otherwise: string) {
  const cell = new Cell(remembered(name, otherwise));
  cell.on(() => remember(name, cell.value));
  return cell;
}

/** undefined = not asked yet, null = nobody is signed in. */
export const me = new Cell<Me | null | undefined>(undefined);
export const home = new Cell<Home | null>(null);
export const theme = kept("stockwright-theme", "system");           // system | light | dark
export const singleKeys = kept("stockwright-keys", "on");           // on | off (WCAG 2.1.4)
export const figures = kept("stockwright-figures", innerWidth < 720 ? "hidden" : "shown");   // of the home strip
export const live = new Cell("");                                   // what the live region says
export const stream = new Cell<"connecting" | "open" | "lost">("connecting");

/** Speaks to screen readers; the trailing blank makes the same sentence twice two announcements. */
export function announce(sentence: string) {
  live.set(live.value === sentence ? sentence + "\u00a0" : sentence);
}

function themeApply() {
  if (theme.value === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", theme.value);
}
theme.on(themeApply);
themeApply();

/** The server's day, by which planning and verdicts go; the browser's own until the server has said it. */
export function today(): string { return home.value?.today ?? new Date().toISOString().slice(0, 10); }

export function may(role: "planner" | "approver"): boolean {
  const order = ["viewer", "planner", "approver", "admin"];
  return order.indexOf(me.value?.role ?? "viewer") >= order.indexOf(role);
}
