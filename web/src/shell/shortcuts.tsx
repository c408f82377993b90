import { useMessages } from "@/i18n/locale";
import { Dialog } from "@/ui/dialog";
import { PAGES } from "./pages";
import "./shortcuts.css";

export function Shortcuts({ onClose }: { onClose: () => void }) {
  const { shortcuts } = useMessages();
  const keys: [string[], string][] = [
    [["/"], shortcuts.search],
    [["j"], shortcuts.next],
    [["k"], shortcuts.previous],
    [["Enter"], shortcuts.open],
    [["Esc"], shortcuts.close],
    [PAGES.map((_, index) => String(index + 1)), shortcuts.go],
    [["?"], shortcuts.help],
  ];
  return (
    <Dialog onClose={onClose} title={shortcuts.title}>
      <dl className="shortcuts">
        {keys.map(([names, what]) => (
          <div key={what}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
