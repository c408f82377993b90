const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/**
 * The API's highlights: HTML in which only `<em>` is not the payment's own text. It is read here as text, and never
 * given to the browser as HTML.
 */
export function parseHighlight(html: string): { text: string; marked: boolean }[] {
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

/** A text with what was found in it marked, where the API said so. */
export function Highlighted({ text, highlights }: { text: string; highlights: readonly string[] | undefined }) {
  const parts = highlights?.length === 1 ? parseHighlight(highlights[0] ?? "") : [];
  // Of a long text the API may tell but a fragment: that is no place to read the rest.
  if (parts.map((part) => part.text).join("") !== text) return text;
  let at = 0;
  return parts.map((part) => {
    const key = at;
    at += part.text.length;
    return part.marked ? <mark key={key}>{part.text}</mark> : <span key={key}>{part.text}</span>;
  });
}
