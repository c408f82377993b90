import type { Sort } from "@/api/schema";
import { useMessages } from "@/i18n/locale";
import { SORTS } from "./criteria";

export function SortChoice({ sort, onChange }: { sort: Sort; onChange: (sort: Sort) => void }) {
  const { sort: label, sorts } = useMessages().payments;
  return (
    <select
      className="input compact sort"
      aria-label={label}
      value={sort}
      onChange={(event) => onChange(event.target.value as Sort)}
    >
      {SORTS.map((each) => (
        <option key={each} value={each}>
          {sorts[each]}
        </option>
      ))}
    </select>
  );
}
