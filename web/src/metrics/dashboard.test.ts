import { expect, test } from "vitest";
import { changed, firstPanels, type Panel, readPanels, writePanels } from "./dashboard";

const PANELS: readonly Panel[] = [
  {
    title: "How long commands take",
    name: "Duration",
    function: "p95",
    groupBy: ["service", "host"],
    q: "dimension.host:a|b&c",
    interval: "5m",
    picture: "bar",
    width: 12,
  },
  {
    title: "orders sum",
    name: "orders",
    function: "sum",
    groupBy: [],
    q: null,
    interval: null,
    picture: "line",
    width: 6,
  },
];

test("an address holds a dashboard whole, beside what else it holds", () => {
  const address = writePanels(PANELS, new URLSearchParams("span=7d&chart=old"));
  expect(address.get("span")).toBe("7d");
  expect(readPanels(new URLSearchParams(address.toString()))).toEqual(PANELS);
});

test("what is as usual is not in the address", () => {
  expect(writePanels(PANELS.slice(1), new URLSearchParams()).get("chart")).toBe("name=orders&function=sum");
});

test("what is no chart is left out, and what is no width or picture is as usual", () => {
  const texts = ["", "name=a&function=median", "function=sum", "name=a&function=sum&width=13&picture=pie&interval=2h"];
  const panels = readPanels(new URLSearchParams(texts.map((text): [string, string] => ["chart", text])));
  expect(panels.map(({ name, width, picture, interval }) => [name, width, picture, interval])).toEqual([
    ["a", 6, "line", null],
  ]);
});

test("first to be seen is each metric by the function that suits its type", () => {
  const of = (name: string, type: "counter" | "histogram") => ({ name, type, unit: "", dimensions: [], lastDay: "" });
  expect(firstPanels([of("a", "counter"), of("b", "histogram")]).map((each) => each.function)).toEqual(["sum", "p95"]);
});

test("a title that says what is shown goes with it, one that somebody wrote stays", () => {
  const [written, usual] = PANELS as [Panel, Panel];
  expect(changed(usual, { function: "rate" }).title).toBe("orders rate");
  expect(changed(written, { function: "rate" }).title).toBe("How long commands take");
  expect(changed(usual, { title: "Orders" }).title).toBe("Orders");
});
