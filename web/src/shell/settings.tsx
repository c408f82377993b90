import { useState } from "react";
import { LOCALES, useLocale } from "@/i18n/locale";
import { usePerson } from "@/session/session";
import { useSignOut } from "@/session/sign-out";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Segments } from "@/ui/segments";
import { PAGES } from "./pages";
import { applyTheme, storedTheme } from "./theme";
import "./settings.css";

/** Who is signed in, how the console looks and speaks, and its keys. */
export function Settings({ onClose }: { onClose: () => void }) {
  const { messages, locale, choose } = useLocale();
  const signOut = useSignOut();
  const { name, organization, role } = usePerson();
  const [theme, setTheme] = useState(storedTheme);
  const { shortcuts } = messages;
  const keys: [string[], string][] = [
    [["/"], shortcuts.search],
    [["j", "k"], shortcuts.move],
    [["Enter"], shortcuts.open],
    [["Esc"], shortcuts.close],
    [PAGES.map((_, index) => String(index + 1)), shortcuts.go],
    [["?"], shortcuts.help],
  ];
  return (
    <Dialog
      onClose={onClose}
      title={messages.nav.account}
      lead={`${name} · ${organization} · ${messages.roles[role]}`}
      footer={<Button onClick={() => void signOut()}>{messages.nav.signOut}</Button>}
    >
      <Segments
        label={messages.nav.theme}
        value={theme}
        options={messages.nav.themes}
        onChoose={(chosen) => {
          applyTheme(chosen);
          setTheme(chosen);
        }}
      />
      <Segments label={messages.nav.language} value={locale} options={LOCALES} onChoose={choose} />
      <section>
        <h3>{shortcuts.title}</h3>
        <dl className="shortcuts">
          {keys.map(([names, what]) => (
            <div key={what}>
              <dt>
                {names.map((each) => (
                  <kbd key={each}>{each}</kbd>
                ))}
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </section>
    </Dialog>
  );
}
