const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

interface Part {
  text: string;
  marked: boolean;
}

/**
 * The API's highlights: HTML in which only `<em>` is not the payment's own text. It is read here as text, and never
 * given to the browser as HTML.
 */
export function parseHighlight(html: string): Part[] {
  return html
    .split(/(<em>.*?<\/em>)/s)
    .filter((part) => part !== "")
    .map((part) => {
      const marked = /^<em>(.*)<\/em>$/s.exec(part);
      return { text: decode(marked?.[1] ?? part), marked: marked !== null };
    });
}

function decode(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (entity, hex, decimal, name) => {
    if (hex || decimal) return String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal));
    return ENTITIES[name] ?? entity;
  });
}

/** So much of a line is in sight anywhere, and so much is told of what stands before a mark that is not. */
const IN_SIGHT = 32;
const BEFORE = 12;

/** The parts with the first mark in sight: of a long text before it only the last words. */
export function fromFirstMark(parts: readonly Part[]): readonly Part[] {
  const [first, ...rest] = parts;
  if (!first || first.marked || first.text.length <= IN_SIGHT || rest.length === 0) return parts;
  const kept = first.text.slice(-BEFORE);
  return [{ text: `… ${kept.slice(kept.indexOf(" ") + 1)}`, marked: false }, ...rest];
}

interface HighlightedProps {
  text: string;
  highlights: readonly string[] | undefined;
  /** There is but one line, which may be too short for all of it. */
  inOneLine?: boolean;
}

/** A text with what was found in it marked, where the API said so. */
export function Highlighted({ text, highlights, inOneLine = false }: HighlightedProps) {
  const parts = highlights?.length === 1 ? parseHighlight(highlights[0] ?? "") : [];
  // Of a long text the API may tell but a fragment: that is no place to read the rest.
  if (parts.map((part) => part.text).join("") !== text) return text;
  let at = 0;
  return (inOneLine ? fromFirstMark(parts) : parts).map((part) => {
    const key = at;
    at += part.text.length;
    return part.marked ? <mark key={key}>{part.text}</mark> : <span key={key}>{part.text}</span>;
  });
}
