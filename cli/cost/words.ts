/** `$1,234`, `$12.30`, `$0.04`; less than a cent is said as that. */
export function usd(value: number): string {
  if (value === 0) return '$0';
  if (value < 0.005) return 'under $0.01';
  const digits = value >= 100 ? 0 : 2;
  return `$${value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

/** Large figures whole, small ones with what tells them apart. */
export function amount(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
