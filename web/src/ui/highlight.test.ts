import { expect, test } from "vitest";
import { fromFirstMark, parseHighlight } from "./highlight";

test("marks are found, and all else is text", () => {
  expect(parseHighlight("WHITE <em>HEART</em> &amp; &lt;script&gt;")).toEqual([
    { text: "WHITE ", marked: false },
    { text: "HEART", marked: true },
    { text: " & <script>", marked: false },
  ]);
});

test("entities are decoded once, by name and by number, in marks too", () => {
  expect(parseHighlight("<em>&quot;5&#x27;&#47;</em>&amp;lt;&nope;")).toEqual([
    { text: "\"5'/", marked: true },
    { text: "&lt;&nope;", marked: false },
  ]);
});

test("a mark far behind comes into sight, and one near the start stays where it is", () => {
  const marked = { text: "LANTERN", marked: true };
  const far = { text: "FELTCRAFT PRINCESS CHARLOTTE DOLL; HANGING METAL ", marked: false };
  expect(fromFirstMark([far, marked])).toEqual([{ text: "… METAL ", marked: false }, marked]);
  const near = [{ text: "WHITE METAL ", marked: false }, marked];
  expect(fromFirstMark(near)).toBe(near);
  expect(fromFirstMark([far])).toEqual([far]);
});
