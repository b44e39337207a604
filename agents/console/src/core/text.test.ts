import { expect, test } from "vitest";
import { plain } from "./text";

test("a search for a name needs neither accents nor capitals", () => {
  expect(plain("Fabián ÑUÑOA")).toBe("fabian nunoa");
});
