// Prices as the customer reads them. Amounts are whole cents.

const FORMS = {
  DE: (whole, part) => `${group(whole, ".")},${part} €`,
  AT: (whole, part) => `€ ${group(whole, ".")},${part}`,
  FR: (whole, part) => `${group(whole, "\u202f")},${part} €`,
};

const group = (digits, mark) => digits.replace(/\B(?=(\d{3})+$)/g, mark);

export function formatPrice(cents, country = "DE") {
  if (!Number.isInteger(cents)) throw new TypeError(`not whole cents: ${cents}`);
  const digits = String(Math.abs(cents)).padStart(3, "0");
  const text = FORMS[country](digits.slice(0, -2), digits.slice(-2));
  return cents < 0 ? `−${text}` : text;
}

export function receiptLines(receipt, country = "DE") {
  const rows = [["Goods", receipt.subtotal], ["Voucher", -receipt.discount], ["Shipping", receipt.shipping]];
  const shown = rows.filter(([, cents]) => cents !== 0).map(([name, cents]) => `${name} ${formatPrice(cents, country)}`);
  return [...shown, `Total ${formatPrice(receipt.total, country)}`, `incl. VAT ${formatPrice(receipt.vat, country)}`];
}
