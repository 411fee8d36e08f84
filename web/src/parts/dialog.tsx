/* dialog.tsx - the platform's modal dialog: focus is kept inside, Esc closes, focus goes back to where it was. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

export function Dialog({ title, close, children, wide = false }: { title: string; close: () => void; children: ComponentChildren; wide?: boolean }) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current!.showModal();
    return () => {
      box.current?.close();
      // What had the focus may be gone (a decided case): then the list, so that keys go on working.
      const to = before?.isConnected && before !== document.body ? before : document.querySelector<HTMLElement>("[role=grid]");
      to?.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog ref={box} class={wide ? "dialog wide" : "dialog"} aria-labelledby="dialog-title"
      onCancel={(event) => { event.preventDefault(); close(); }}
      onClick={(event) => { if (event.target === box.current) close(); }}>
      <div class="dialog-box">
        <h2 id="dialog-title">{title}</h2>
        {children}
      </div>
    </dialog>
  );
}

export function DialogButtons({ confirm, close, disabled = false }: { confirm: string; close: () => void; disabled?: boolean }) {
  return (
    <div class="dialog-buttons">
      <button type="submit" class="button primary" disabled={disabled}>{confirm}</button>
      <button type="button" class="button" onClick={close}>Cancel</button>
    </div>
  );
}
