import { expect, test } from "vitest";
import { firstPanels, fromKept, readPanels, toKept, writePanels } from "./dashboard";

const PANELS = [
  { name: "Duration", function: "p95", groupBy: "service", q: "dimension.host:a|b" },
  { name: "orders", function: "sum", groupBy: "", q: "" },
] as const;

test("an address holds a dashboard whole, beside what else it holds", () => {
  const address = writePanels(PANELS, new URLSearchParams("span=7d&chart=old|sum||"));
  expect(address.get("span")).toBe("7d");
  expect(readPanels(new URLSearchParams(address.toString()))).toEqual(PANELS);
});

test("what is no chart is left out", () => {
  expect(readPanels(new URLSearchParams("chart=&chart=a|median||&chart=|sum||"))).toEqual([]);
});

test("first to be seen is each metric by the function that suits its type", () => {
  const of = (name: string, type: "counter" | "histogram") => ({ name, type, unit: "", dimensions: [], lastDay: "" });
  expect(firstPanels([of("a", "counter"), of("b", "histogram")]).map((each) => each.function)).toEqual(["sum", "p95"]);
});

test("a dashboard that was kept is the same one again", () => {
  expect(PANELS.map(toKept).map(fromKept)).toEqual(PANELS);
});
