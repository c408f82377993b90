/** Move the focus by an entry or more, from the first one if it is elsewhere. */
export function moveFocus(step: number): void {
  const lines = [...document.querySelectorAll<HTMLElement>(".entries .entry > summary")];
  const at = lines.indexOf(document.activeElement as HTMLElement);
  const next = lines[at < 0 ? 0 : Math.max(0, Math.min(lines.length - 1, at + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
