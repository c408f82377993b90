import { Activity, ChartColumn, CreditCard, type LucideIcon } from "lucide-react";
import { type ComponentType, lazy } from "react";
import { PaymentsPage } from "@/payments/payments-page";

export interface Page {
  path: string;
  name: "payments" | "analytics" | "operations";
  icon: LucideIcon;
  component: ComponentType;
}

/** The pages in the order of the navigation; their places are their keys, from 1. Payments comes with the first load. */
export const PAGES: readonly Page[] = [
  { path: "/payments", name: "payments", icon: CreditCard, component: PaymentsPage },
  {
    path: "/analytics",
    name: "analytics",
    icon: ChartColumn,
    component: lazy(async () => ({ default: (await import("@/analytics/analytics-page")).AnalyticsPage })),
  },
  {
    path: "/operations",
    name: "operations",
    icon: Activity,
    component: lazy(async () => ({ default: (await import("@/operations/operations-page")).OperationsPage })),
  },
];
