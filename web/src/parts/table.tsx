/* table.tsx - plain tables: columns are rows of a list. Wide ones scroll inside their own frame, so that the page never does. */
import type { ComponentChildren } from "preact";

export interface Column<T> { head: string; cell(row: T, index: number): ComponentChildren; number?: boolean; prose?: boolean; rowHead?: boolean }

export function Table<T>({ caption, columns, rows, rowClass, hideCaption = true, id }: {
  caption: string; columns: readonly Column<T>[]; rows: readonly T[]; rowClass?: (row: T) => string; hideCaption?: boolean; id?: string;
}) {
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={`${caption}, table`}>
      <table id={id}>
        <caption class={hideCaption ? "unseen" : ""}>{caption}</caption>
        <thead>
          <tr>{columns.map((column) => <th key={column.head} scope="col" class={column.number ? "number" : ""}>{column.head}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i} class={rowClass?.(row)}>
              {columns.map((column) => {
                const kind = column.number ? "number" : column.prose ? "prose" : "";
                return column.rowHead ? <th key={column.head} scope="row" class={kind}>{column.cell(row, i)}</th>
                  : <td key={column.head} class={kind}>{column.cell(row, i)}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
