/* scale.ts - from values to pixels: linear scales, round ticks, labels that keep apart. */
export type Scale = (value: number) => number;
export function scale(from: number, to: number, start: number, end: number): Scale {
  const per = to === from ? 0 : (end - start) / (to - from);
  return (value) => start + (value - from) * per;
}

/** Round steps (1, 2, 5 x 10^n) from 0 past `most`; about `wanted` of them. */
export function ticks(most: number, wanted = 4): number[] {
  if (!(most > 0)) return [0, 1];
  const raw = most / wanted, power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find((n) => n * power >= raw) ?? 10);
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, i) => i * step);
}

export function line(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}
export function area(upper: readonly (readonly [number, number])[], lower: readonly (readonly [number, number])[]): string {
  return line(upper) + line([...lower].reverse()).replace("M", "L") + "Z";
}

/** Width of a label at 12 px, near enough to keep labels apart. */
export function textWidth(text: string): number { return text.length * 7.2 + 4; }

/** Puts labels on the first of `lanes` where they do not touch another; -1 where none is free. */
export function lanesOf(labels: readonly { x: number; width: number }[], lanes: number): number[] {
  const ends = Array.from({ length: lanes }, () => -Infinity);
  const order = labels.map((_, i) => i).sort((a, b) => labels[a]!.x - labels[b]!.x);
  const lane = labels.map(() => -1);
  for (const i of order) {
    const free = ends.findIndex((end) => end < labels[i]!.x);
    if (free < 0) continue;
    lane[i] = free;
    ends[free] = labels[i]!.x + labels[i]!.width + 8;
  }
  return lane;
}
