export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const STORED = "payments.theme";

export function storedTheme(): Theme {
  const stored = localStorage.getItem(STORED);
  return THEMES.find((theme) => theme === stored) ?? "system";
}

/** Let the page follow the stored theme, or the one given, which is then stored. */
export function applyTheme(chosen?: Theme): void {
  if (chosen) localStorage.setItem(STORED, chosen);
  const theme = chosen ?? storedTheme();
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
