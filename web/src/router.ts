/* router.ts - the address is the state. Screens are patterns; links are ordinary anchors. */
import { Cell } from "./store";

export interface Place { path: string; query: URLSearchParams; hash: string }

function read(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search), hash: location.hash };
}
export const place = new Cell<Place>(read());

export function go(address: string, how: "push" | "replace" = "push") {
  if (address !== location.pathname + location.search + location.hash) {
    if (how === "push") history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  }
  place.set(read());
}

/** Rewrites the address without redrawing: for state that only a reload needs. */
export function note(address: string) {
  if (address !== location.pathname + location.search) history.replaceState(null, "", address);
}

/** A code as one segment of a path; what no path may hold even escaped stands as "~2F" (src/api/http.h). */
export function segment(code: string): string {
  return encodeURIComponent(code.replace(/[~/\\;%]|^\./g, (one) => "~" + one.charCodeAt(0).toString(16).toUpperCase()));
}
function segmentCode(text: string): string {
  return decodeURIComponent(text).replace(/~([2-7][0-9A-F])/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** {id: "12"} for match("/x/:id", "/x/12"); null where it does not fit. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/"), given = path.replace(/(.)\/$/, "$1").split("/");
  if (wanted.length !== given.length) return null;
  const found: Record<string, string> = {};
  for (let i = 0; i < wanted.length; i++) {
    const name = wanted[i]!, value = given[i]!;
    if (!name.startsWith(":")) { if (name !== value) return null; continue; }
    try { found[name.slice(1)] = segmentCode(value); } catch { return null; }
  }
  return found;
}

export function caseAddress(id: number) { return `/x/${id}`; }
export function itemAddress(item: string, at: string) { return `/il/${segment(item)}/${segment(at)}`; }
export function supplierAddress(code: string) { return `/sup/${segment(code)}`; }
export function proposalAddress(supplier: string, at: string) { return `/order/${segment(supplier)}/${segment(at)}`; }
export function whyAddress(id: string | number) { return `/why/${segment(String(id))}`; }

/** Where a path of the arithmetic ("row/12", "item/AX-1@DFW/demand") opens; null where no screen shows it. */
export function inputAddress(input: string): string | null {
  const row = /^(?:row|case|policy|step)\/(\d+)$/.exec(input);
  if (row) return whyAddress(row[1]!);
  const item = /^item\/(.+)@([^@/]+)(?:\/(.+))?$/.exec(input);
  if (item) return itemAddress(item[1]!, item[2]!) + (item[3] ? "#" + item[3].split("/")[0] : "");
  return null;
}

export function routerBegin() {
  addEventListener("popstate", () => place.set(read()));
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download")) return;
    if (link.origin !== location.origin || link.pathname.startsWith("/api/")) return;
    if (link.pathname === location.pathname && link.search === location.search && link.hash) return;
    event.preventDefault();
    go(link.pathname + link.search + link.hash);
  });
}
