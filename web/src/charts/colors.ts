import { useSyncExternalStore } from "react";

/** A colour of tokens.css as a canvas takes it, in the present theme. */
export function colorOf(token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}

/** Changes with the theme, be it the system's or the reader's choice: what is drawn on a canvas is drawn anew by it. */
export function useTheme(): string {
  return useSyncExternalStore(subscribe, themeNow);
}

const dark = matchMedia("(prefers-color-scheme: dark)");

function themeNow(): string {
  return document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");
}

function subscribe(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  dark.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    dark.removeEventListener("change", changed);
  };
}
