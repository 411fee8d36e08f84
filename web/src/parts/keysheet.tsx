/* keysheet.tsx - all keys, from the same rows that the keys obey, and the switch that turns single keys off. */
import { actions, type Group } from "../actions";
import { singleKeys, useCell } from "../store";
import { Dialog } from "./dialog";

const GROUPS: readonly { group: Group; title: string }[] = [
  { group: "decide", title: "Decide" }, { group: "more", title: "Understand" }, { group: "select", title: "Select" },
  { group: "move", title: "Move" }, { group: "go", title: "Go to" }, { group: "help", title: "Help" },
];
const NAMES: Record<string, string> = { ArrowDown: "↓", ArrowUp: "↑", PageDown: "PgDn", PageUp: "PgUp", Escape: "Esc" };

function shown(key: string) {
  return key.split("+").map((part) => NAMES[part] ?? part).join(" ");
}

/** Two rows that do the same, one of them only in the list, are one line of the sheet. */
function keysByLabel(group: Group): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const row of actions) if (row.group === group) found.set(row.label, [...found.get(row.label) ?? [], ...row.keys]);
  return found;
}

export function KeySheet({ close }: { close: () => void }) {
  const on = useCell(singleKeys) === "on";
  return (
    <Dialog title="Keys" close={close} wide>
      <label class="switch">
        <input type="checkbox" checked={on} autofocus onChange={() => singleKeys.set(on ? "off" : "on")} />
        Single keys work (turn this off when you speak to your computer)
      </label>
      <div class="keysheet">
        {GROUPS.map(({ group, title }) => (
          <section key={group}>
            <h3>{title}</h3>
            <dl>
              {[...keysByLabel(group)].map(([label, keys]) => (
                <div key={label}><dt>{keys.map((key) => <kbd key={key}>{shown(key)}</kbd>)}</dt><dd>{label}</dd></div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div class="dialog-buttons"><button type="button" class="button" onClick={close}>Close</button></div>
    </Dialog>
  );
}
