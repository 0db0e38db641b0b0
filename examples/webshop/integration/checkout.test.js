// The front end reads what the back end wrote: every test sends an order through `python -m shop`.
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { formatPrice, receiptLines } from "../web/price.js";

const PYTHON = process.env.PYTHON ?? "python3";

function checkout(order) {
  const { stdout, stderr } = spawnSync(PYTHON, ["-m", "shop"], { input: JSON.stringify(order), encoding: "utf8" });
  if (stderr) throw new Error(stderr);
  return JSON.parse(stdout);
}

const MUGS = [["mug", "12.90", 2]];

describe("an order becomes a receipt", () => {
  test("with shipping", () => {
    expect(receiptLines(checkout({ lines: MUGS }))).toEqual([
      "Goods 25,80 €", "Shipping 4,90 €", "Total 30,70 €", "incl. VAT 4,90 €",
    ]);
  });
  test("without shipping from fifty on", () => {
    expect(receiptLines(checkout({ lines: [["tray", "50.00", 1]] }))).toEqual([
      "Goods 50,00 €", "Total 50,00 €", "incl. VAT 7,98 €",
    ]);
  });
  test("with a voucher", () => {
    expect(receiptLines(checkout({ lines: MUGS, voucher: "SPRING10" }))).toEqual([
      "Goods 25,80 €", "Voucher −2,58 €", "Shipping 4,90 €", "Total 28,12 €", "incl. VAT 4,49 €",
    ]);
  });
  test("with a voucher that takes it below free shipping", () => {
    expect(receiptLines(checkout({ lines: [["tray", "52.00", 1]], voucher: "SPRING10" }))).toEqual([
      "Goods 52,00 €", "Voucher −5,20 €", "Shipping 4,90 €", "Total 51,70 €", "incl. VAT 8,25 €",
    ]);
  });
  test("of several articles", () => {
    expect(checkout({ lines: [...MUGS, ["pot", "34.50", 1]] }).subtotal).toBe(6030);
  });
  test("of two lines of one article", () => {
    expect(checkout({ lines: [...MUGS, ...MUGS] }).subtotal).toBe(5160);
  });
});

describe("prices are written as the country writes them", () => {
  test.each([
    ["DE", "9.80", "9,80 €"],
    ["AT", "9.80", "€ 9,80"],
    ["FR", "9.80", "9,80 €"],
    ["DE", "1234.50", "1.234,50 €"],
    ["AT", "1234.50", "€ 1.234,50"],
    ["FR", "1234.50", "1\u202f234,50 €"],
    ["DE", "1234567.89", "1.234.567,89 €"],
    ["FR", "1234567.89", "1\u202f234\u202f567,89 €"],
  ])("%s %s", (country, price, text) => {
    expect(formatPrice(checkout({ lines: [["vase", price, 1]], country }).subtotal, country)).toBe(text);
  });
  test("in whole cents only", () => {
    expect(() => formatPrice(9.8)).toThrow(TypeError);
  });
});

describe("an order that cannot be is refused", () => {
  test.each([
    ["no lines", { lines: [] }, "the cart is empty"],
    ["country", { lines: MUGS, country: "US" }, "we do not ship to US"],
    ["voucher", { lines: MUGS, voucher: "FREE" }, "unknown voucher FREE"],
    ["price", { lines: [["mug", "12,90", 1]] }, "not a price: '12,90'"],
    ["quantity", { lines: [["mug", "12.90", 100]] }, "at most 99 of one article"],
    ["stock", { lines: MUGS, stock: { mug: 1 } }, "out of stock: mug"],
  ])("%s", (_, order, error) => {
    expect(checkout(order)).toEqual({ error });
  });
});

describe("a gift card", () => {
  test("pays a part", () => {
    expect(checkout({ lines: MUGS, gift_card: "10.00" }).to_pay).toBe(2070);
  });
  test("pays all", () => {
    expect(checkout({ lines: MUGS, gift_card: "30.70" }).to_pay).toBe(0);
  });
  test("keeps what is left", () => {
    expect(checkout({ lines: MUGS, gift_card: "99.00" }).gift_card).toBe(3070);
  });
});
