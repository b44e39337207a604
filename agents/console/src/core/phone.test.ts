import { expect, it } from "vitest";
import { e164 } from "./phone";

it.each([
  ["9 8765 4321", "+56987654321"],
  ["(2) 2345 6789", "+56223456789"],
  ["+56 9 8765 4321", "+56987654321"],
  ["0056987654321", "+56987654321"],
  ["+54 11 4321 5678", "+541143215678"],
])("reads %s as people in Chile write it", (text, number) => expect(e164(text)).toBe(number));

it.each(["e02", "12345", "1 2345 6789", ""])("takes «%s» for no number", (text) => expect(e164(text)).toBe(""));
