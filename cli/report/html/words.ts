/** Figures and times as the page says them. Times are UTC: the file is read wherever it is sent. */

export const number = (value: number): string => value.toLocaleString('en-US');

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
export const day = (iso: string): string => (Number.isNaN(Date.parse(iso)) ? iso : DAY.format(new Date(iso)));

export const minute = (iso: string): string => `${day(iso)}, ${iso.slice(11, 16)} UTC`;

/** `40 min`, `5.5 h`, `12 days`: two figures say enough. */
export function duration(hours: number): string {
  if (hours < 1) return `${Math.round(hours * 60)} min`;
  if (hours < 48) return `${hours < 10 ? hours.toFixed(1).replace(/\.0$/, '') : Math.round(hours)} h`;
  return `${number(Math.round(hours / 24))} days`;
}

/** Of a whole that may be nothing, in percent. */
export const share = (part: number, whole: number): number => (whole === 0 ? 0 : (part / whole) * 100);

export const percent = (part: number, whole: number): string => {
  const value = share(part, whole);
  if (value > 0 && value < 1) return 'under 1 %';
  return value > 99 && value < 100 ? 'over 99 %' : `${Math.round(value)} %`;
};
