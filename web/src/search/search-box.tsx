import { Search, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { useMessages } from "@/i18n/locale";
import { useKeys } from "@/shell/keys";
import { IconButton } from "@/ui/button";
import { Misread } from "@/ui/misread";
import { applied, type Completion } from "./completion";
import { isMisread } from "./misread";
import "./search-box.css";

const PAUSE_MS = 180;

interface SearchBoxProps {
  q: string;
  label: string;
  placeholder: string;
  error: unknown;
  onChange: (q: string) => void;
  /** What could stand at the caret of a text; the same function for the same answers. */
  completions: (text: string, caret: number) => readonly Completion[];
  /** Told each letter, long before `onChange`. */
  onType?: (text: string) => void;
}

/** A text in the query language: searched as it is typed, with completions, and what is wrong with it at its place. */
export function SearchBox({ q, label, placeholder, error, onChange, completions, onType }: SearchBoxProps) {
  const messages = useMessages();
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const [draft, setDraft] = useDraft(q, onChange);
  const [caret, setCaret] = useState(0);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const options = useMemo(() => completions(draft, caret), [completions, draft, caret]);
  const shown = open && options.length > 0;
  const problem = isMisread(error) && draft === q ? error : null;

  useKeys({
    "/": (event) => {
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    },
  });
  const choose = (option: Completion) => {
    const next = applied(draft, caret, option);
    setDraft(next.text);
    setCaret(next.caret);
    setActive(-1);
    input.current?.focus();
    requestAnimationFrame(() => input.current?.setSelectionRange(next.caret, next.caret));
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.preventDefault();
      if (shown) setOpen(false);
      else input.current?.blur();
    } else if (shown && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setActive((active + step + options.length + (active === -1 && step === -1 ? 1 : 0)) % options.length);
    } else if (shown && (event.key === "Enter" || event.key === "Tab") && options[active]) {
      event.preventDefault();
      choose(options[active]);
    } else if (event.key === "Enter") {
      setOpen(false);
      onChange(draft);
    }
  };

  return (
    <search className="search-box">
      <Search size={16} className="glass" aria-hidden />
      <input
        ref={input}
        className="input"
        type="text"
        role="combobox"
        aria-label={label}
        aria-expanded={shown}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={shown && active >= 0 ? `${listId}-${active}` : undefined}
        aria-invalid={problem !== null}
        aria-describedby={problem ? `${listId}-wrong` : undefined}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={1000}
        placeholder={placeholder}
        value={draft}
        onChange={(event) => {
          setDraft(event.target.value);
          onType?.(event.target.value);
          setCaret(event.target.selectionStart ?? event.target.value.length);
          setOpen(true);
          setActive(-1);
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
        onFocus={() => setOpen(draft !== "")}
        onBlur={() => setOpen(false)}
        onKeyDown={pressed}
      />
      {draft ? (
        <IconButton
          size="small"
          className="clear"
          label={messages.search.clear}
          onClick={() => {
            setDraft("");
            onChange("");
            input.current?.focus();
          }}
        >
          <X size={14} aria-hidden />
        </IconButton>
      ) : (
        <kbd className="clear" aria-hidden>
          /
        </kbd>
      )}
      <ul id={listId} className="completions" role="listbox" aria-label={messages.search.completions} hidden={!shown}>
        {options.map((option, index) => (
          <li
            key={option.kind + option.label}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === active}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => choose(option)}
          >
            <span className={option.kind === "description" ? "" : "mono"}>{option.label}</span>
            <small>{messages.search.kinds[option.kind]}</small>
          </li>
        ))}
      </ul>
      {problem && <Misread id={`${listId}-wrong`} text={draft} problem={problem} />}
    </search>
  );
}

/** What is typed, told on after a pause; a text that comes from elsewhere takes its place. */
function useDraft(q: string, onChange: (q: string) => void): [string, (draft: string) => void] {
  const [draft, setDraft] = useState(q);
  const told = useRef(q);
  if (told.current !== q) {
    told.current = q;
    setDraft(q);
  }
  const tell = useRef(onChange);
  tell.current = onChange;
  useEffect(() => {
    if (draft === told.current) return;
    const timer = setTimeout(() => {
      told.current = draft;
      tell.current(draft);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  return [draft, setDraft];
}
