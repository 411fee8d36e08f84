/* api.ts - the only place that talks to the server. Errors arrive as Problem (RFC 9457); every write carries the CSRF token and a key
 * that makes sending it twice harmless. */
import { segment } from "./router";
import { me } from "./store";
import type { Me } from "./types";

const BASE = "/api/v1";

export class Problem extends Error {
  constructor(public status: number, public title: string, public detail: string, public hint = "", public instance = "") {
    super(detail || title);
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const body = await response.json().catch(() => ({})) as Record<string, string>;
  return new Problem(response.status, body.title ?? response.statusText, body.detail ?? "", body.hint, body.instance);
}

async function call<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(BASE + path, { credentials: "same-origin", ...init });
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    throw new Problem(0, "Not connected", "The server does not answer.", "What is on the screen is what was last read. Try again.");
  }
  if (response.status === 401 && path !== "/login") me.set(null);
  if (!response.ok) throw await problemOf(response);
  return await response.json() as T;
}

export type Query = Record<string, string | number | boolean | undefined | null>;

/** "?a=1&b=2", leaving out what is empty. */
export function queryText(query: Query): string {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== null && value !== "") text.set(name, String(value));
  const joined = text.toString();
  return joined ? "?" + joined : "";
}

export function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return call<T>(path + queryText(query), { headers: { Accept: "application/json" }, ...(signal ? { signal } : {}) });
}

function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function post<T>(path: string, body: unknown): Promise<T> {
  return call<T>(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": me.value?.csrf ?? "", "Idempotency-Key": newKey() },
    body: JSON.stringify(body),
  });
}

export async function signIn(name: string, password: string): Promise<void> {
  await post<unknown>("/login", { name, password });
  await whoAmI();
}

export async function whoAmI(): Promise<void> {
  try { me.set(await get<Me>("/me")); } catch { me.set(null); }
}

export async function signOut(): Promise<void> {
  await post("/logout", {}).catch(() => undefined);       // the session may be over already: signed out either way
  me.set(null);
}

export function exportAddress(format: "csv" | "xlsx", query: Query): string {
  return `${BASE}/export/queue.${format}${queryText(query)}`;
}

export function casePath(id: number) { return `/cases/${id}`; }
export function flipsPath(id: number) { return `/cases/${id}/flips`; }
export function tryPath(id: number) { return `/cases/${id}/try`; }
export function sharesPath(id: number) { return `/cases/${id}/shares`; }
export function itemPath(item: string, place: string) { return `/items/${segment(item)}/${segment(place)}`; }

/** The stream of changes; EventSource reconnects by itself. */
export function changes(on: Record<string, (data: Record<string, unknown>) => void>, onState: (open: boolean) => void): () => void {
  const source = new EventSource(BASE + "/changes");
  source.onopen = () => onState(true);
  source.onerror = () => onState(false);
  for (const [name, handle] of Object.entries(on)) {
    source.addEventListener(name, (event) => {
      let data: Record<string, unknown> = {};
      try { data = JSON.parse((event as MessageEvent<string>).data); } catch { /* an event without data still says that something changed */ }
      handle(data);
    });
  }
  return () => source.close();
}
