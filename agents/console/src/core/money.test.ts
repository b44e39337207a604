import { describe, expect, it } from "vitest";
import { money, sums, typed } from "./money";

describe("amounts on the screen", () => {
  it("shows pesos with dots and no decimals", () => {
    expect(money("CLP", "1234567")).toBe("$1.234.567");
    expect(money("CLP", "999")).toBe("$999");
    expect(money("CLP", "-45000")).toBe("-$45.000");
  });
  it("shows UF with its decimals and a comma, without zeros at the end", () => {
    expect(money("CLF", "1012.50")).toBe("UF 1.012,5");
    expect(money("CLF", "12.0000")).toBe("UF 12");
    expect(money("USD", "3.05")).toBe("USD 3,05");
  });
  it("is exact to the last peso whatever the size", () => {
    expect(money("CLP", "1234567.0000")).toBe("$1.234.567");
    expect(money("CLP", "98765432109876543")).toBe("$98.765.432.109.876.543");
  });
  it("puts pesos first where a case owes in several currencies", () =>
    expect(sums({ CLF: "2", CLP: "10" })).toEqual(["$10", "UF 2"]));
});

describe("an amount being typed", () => {
  it("is grouped at each digit", () => {
    let text = "";
    for (const digit of "1234567") text = typed(text, text + digit).text;
    expect(text).toBe("1.234.567");
    expect(typed(text, "1.234.56").text).toBe("123.456");
  });
  it("is kept as bare digits for the server", () => expect(typed("", "$ 1.250.000").digits).toBe("1250000"));
  it("loses its leading zeros", () => expect(typed("", "0045").digits).toBe("45"));
  it("does not turn pasted cents into a hundred times as much", () => {
    expect(typed("", "1250000.50")).toEqual({ text: "1250000.50", digits: "", odd: true });
    expect(typed("", "1250000,00").digits).toBe("1250000");
    expect(typed("", "1.250.000,50").odd).toBe(true);
  });
  it("refuses a comma and letters as they are typed", () => {
    expect(typed("1.250", "1.250,").odd).toBe(true);
    expect(typed("12", "12k").odd).toBe(true);
  });
  it("is empty when everything is deleted", () => expect(typed("1", "")).toEqual({ text: "", digits: "", odd: false }));
});
