/* keys.ts - single keys to actions. Keys do nothing while somebody types, inside dialogs, or when the person switched them off
 * (WCAG 2.1.4). Sequences are two keys, one after the other, however slowly (WCAG 2.2.1): "g q". A click in between ends one. */
import { actions, here, type Action } from "./actions";
import { singleKeys } from "./store";

let first = "";

/** "a", "Shift+x", "Enter", "PageDown". A letter with Shift keeps its name; other characters are what they print. */
export function keyName(event: KeyboardEvent): string {
  const { key } = event;
  if (/^[A-Za-z]$/.test(key)) return (event.shiftKey ? "Shift+" : "") + key.toLowerCase();
  return (event.shiftKey && key.length > 1 ? "Shift+" : "") + key;
}

function typing(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  if (!element?.closest) return false;
  if (element.closest("dialog[open]")) return true;
  return element.matches("textarea, select, [contenteditable]") || element.matches("input") && !element.matches("[type=checkbox],[type=radio]");
}

/** Space and Enter belong to whatever is focused, unless that is the list itself. */
function ownsKey(target: EventTarget | null, name: string): boolean {
  const element = target as HTMLElement | null;
  if (!["Enter", " "].includes(name) || !element?.closest) return false;
  return element.getAttribute("role") !== "grid" && element !== document.body;
}
/** Arrows and paging scroll what is focused; only the list takes them for itself. */
function wantsList(action: Action, target: EventTarget | null): boolean {
  return action.inList === true && (target as HTMLElement | null)?.getAttribute?.("role") !== "grid";
}

export function keysBegin() {
  document.addEventListener("pointerdown", () => { first = ""; });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target)) return;
    const name = keyName(event);
    if (ownsKey(event.target, name)) return;
    if (name.length === 1 && singleKeys.value === "off") return;
    const sequence = first ? `${first} ${name}` : "";
    const now = here();
    const action = actions.find((row) => (row.keys.includes(name) || sequence !== "" && row.keys.includes(sequence))
      && (sequence === "" || !actions.some((other) => other !== row && other.keys.includes(sequence)))
      && !wantsList(row, event.target) && row.when(now));
    first = actions.some((row) => row.keys.some((key) => key.startsWith(name + " "))) ? name : "";
    if (!action) return;
    event.preventDefault();
    action.perform(now);
  });
}
