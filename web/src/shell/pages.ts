import { Activity, ChartColumn, ChartLine, Code, CreditCard, type LucideIcon, ScrollText } from "lucide-react";
import { type ComponentType, lazy } from "react";
import { PaymentsPage } from "@/payments/payments-page";

export interface Page {
  path: string;
  name: "payments" | "analytics" | "logs" | "metrics" | "operations" | "reference";
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
    path: "/logs",
    name: "logs",
    icon: ScrollText,
    component: lazy(async () => ({ default: (await import("@/logs/logs-page")).LogsPage })),
  },
  {
    path: "/metrics",
    name: "metrics",
    icon: ChartLine,
    component: lazy(async () => ({ default: (await import("@/metrics/metrics-page")).MetricsPage })),
  },
  {
    path: "/operations",
    name: "operations",
    icon: Activity,
    component: lazy(async () => ({ default: (await import("@/operations/operations-page")).OperationsPage })),
  },
  {
    path: "/reference",
    name: "reference",
    icon: Code,
    component: lazy(async () => ({ default: (await import("@/reference/reference-page")).ReferencePage })),
  },
];
