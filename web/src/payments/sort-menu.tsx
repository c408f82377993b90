import { ArrowUpDown } from "lucide-react";
import type { Sort } from "@/api/schema";
import { useMessages } from "@/i18n/locale";
import { Button } from "@/ui/button";
import { Menu, MenuChoice } from "@/ui/menu";
import { SORTS } from "./criteria";

export function SortMenu({ sort, onChange }: { sort: Sort; onChange: (sort: Sort) => void }) {
  const { sort: label, sorts } = useMessages().payments;
  const options = Object.fromEntries(SORTS.map((each) => [each, sorts[each]])) as Record<Sort, string>;
  return (
    <Menu
      trigger={
        <Button kind="quiet" size="small" aria-label={`${label}: ${options[sort]}`}>
          <ArrowUpDown size={13} aria-hidden /> {options[sort]}
        </Button>
      }
    >
      <MenuChoice label={label} value={sort} options={options} onChoose={onChange} />
    </Menu>
  );
}
