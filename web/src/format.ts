/* format.ts - numbers and dates as people read them. Never a quantity without its unit, never money without its currency, never 0 % or
 * 100 % for a chance, never a figure where nothing is known ("—"). Dates are the same everywhere: 1 Dec 2026. */

export const NONE = "—";
const LOCALE = navigator.language || "en-GB";
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
type Num = number | null | undefined;

const numbers = new Map<string, Intl.NumberFormat>();
function format(key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  let found = numbers.get(key);
  if (!found) numbers.set(key, found = new Intl.NumberFormat(LOCALE, options));
  return found;
}

export function count(value: Num): string { return value == null ? NONE : format("count", { maximumFractionDigits: 0 }).format(value); }
export function decimal(value: Num, digits = 1): string {
  return value == null ? NONE : format("decimal" + digits, { maximumFractionDigits: digits }).format(value === 0 ? 0 : value);
}

/** "264 EA"; thousandths are noise on a screen, the trace has them all. */
export function qty(value: Num, uom: string): string { return value == null ? NONE : `${decimal(value, 2)} ${uom}`.trim(); }
export function qtySigned(value: number, uom: string): string {
  return `${value < 0 ? "−" : "+"}${decimal(Math.abs(value), 2)} ${uom}`.trim();
}
/** "264 EA = 11 CS of 24" where it is ordered in another unit. */
export function qtyBoth(value: Num, uom: string, purchaseUom: string, purchaseQty: Num, factor: Num): string {
  const base = qty(value, uom);
  if (!purchaseUom || purchaseUom === uom || purchaseQty == null) return base;
  return `${base} = ${qty(purchaseQty, purchaseUom)}${factor && factor !== 1 ? " of " + decimal(factor, 3) : ""}`;
}

function digitsOf(currency: string): number {
  try { return format("money" + currency, { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2; } catch { return 2; }
}
function moneyFormat(currency: string, options: Intl.NumberFormatOptions, key: string): (value: number) => string {
  try {
    const made = format(key + currency, { style: "currency", currency, ...options });
    return (value) => made.format(value);
  } catch {                                   // a currency code the browser refuses: the code itself, never nothing
    const made = format(key + "plain", { ...options, maximumFractionDigits: options.maximumFractionDigits ?? 2 });
    return (value) => `${made.format(value)} ${currency}`;
  }
}
/** Whole money to minor units. */
export function minor(value: number, currency: string): number { return Math.round(value * 10 ** digitsOf(currency)); }
/** Exact. */
export function money(minor: Num, currency: string): string {
  if (minor == null) return NONE;
  return moneyFormat(currency, {}, "money")(minor / 10 ** digitsOf(currency));
}
/** Without cents, for columns. */
export function moneyRound(minor: Num, currency: string): string {
  if (minor == null) return NONE;
  return moneyFormat(currency, { maximumFractionDigits: 0, minimumFractionDigits: 0 }, "round")(minor / 10 ** digitsOf(currency));
}
/** $5.10M from a million on; the exact figure belongs in a title beside it. */
export function moneyShort(minor: Num, currency: string): string {
  if (minor == null) return NONE;
  const value = minor / 10 ** digitsOf(currency);
  if (Math.abs(value) < 1e6) return moneyRound(minor, currency);
  return moneyFormat(currency, { notation: "compact", minimumFractionDigits: 2, maximumFractionDigits: 2 }, "short")(value);
}
/** A price per unit may need more places than money has. */
export function unitCost(value: Num, currency: string): string {
  return value == null ? NONE : moneyFormat(currency, { minimumFractionDigits: 2, maximumFractionDigits: 6 }, "unit")(value);
}

/** A chance: whole per cent, and never the certainty that nobody has. */
export function chance(p: Num): string {
  if (p == null) return NONE;
  if (p < 0.01) return "<1 %";
  if (p > 0.99) return ">99 %";
  return `${Math.round(p * 100)} %`;
}
/** A measured share, which may be all or nothing. */
export function share(value: Num, digits = 1): string { return value == null ? NONE : `${decimal(value * 100, digits)} %`; }

export function dayNumber(iso: string): number { return Math.round(Date.parse(iso.slice(0, 10) + "T00:00:00Z") / 86400000); }
export function dayIso(number: number): string { return new Date(number * 86400000).toISOString().slice(0, 10); }
/** "1 Dec 2026" */
export function day(iso: string | null | undefined): string {
  if (!iso) return NONE;
  const [y, m, d] = iso.slice(0, 10).split("-").map(Number);
  return `${d} ${MONTHS[(m ?? 1) - 1]} ${y}`;
}
/** "1 Dec" where the year is plain from beside. */
export function dayShort(iso: string): string { return day(iso).replace(/ \d+$/, ""); }
/** "23 Nov 2026, 14:02 UTC" */
export function moment(iso: string | null | undefined): string {
  if (!iso) return NONE;
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return iso.length <= 10 ? day(iso) : `${day(at.toISOString())}, ${at.toISOString().slice(11, 16)} UTC`;
}
/** Days that stock lasts; the server counts up to COVER_MOST. */
const COVER_MOST = 9999;
export function cover(n: Num): string { return n != null && n >= COVER_MOST ? `over ${decimal(COVER_MOST, 0)} days` : days(n); }
export function days(n: Num): string { return n == null ? NONE : `${decimal(n, 0)} ${Math.round(n) === 1 ? "day" : "days"}`; }
export function age(hours: Num): string {
  if (hours == null) return "never received";
  if (hours < 1) return `${Math.max(1, Math.round(hours * 60))} min old`;
  if (hours < 48) return `${Math.round(hours)} h old`;
  return `${Math.round(hours / 24)} d old`;
}
/** Days to decide: "today", "in 3 d", "2 d late". */
export function due(iso: string | null | undefined, asOf: string | null | undefined): string {
  if (!iso) return NONE;
  if (!asOf) return dayShort(iso);
  const left = dayNumber(iso) - dayNumber(asOf);
  return left === 0 ? "today" : left > 0 ? `in ${left} d` : `${-left} d late`;
}

export function plural(n: number, one: string, many = one + "s"): string { return `${count(n)} ${n === 1 ? one : many}`; }
export function capital(text: string): string { return text.charAt(0).toUpperCase() + text.slice(1); }
