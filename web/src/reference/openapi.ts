/** The parts of an OpenAPI 3.1 document that are shown here. */
export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly Schema[];
  items?: Schema;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  description?: string;
  default?: unknown;
  pattern?: string;
}

export interface Parameter {
  name: string;
  in: "query" | "path" | "header";
  required?: boolean;
  description?: string;
  schema: Schema;
}

interface Described {
  description?: string;
  content?: Readonly<Record<string, { schema?: Schema }>>;
}

export interface Operation {
  method: string;
  path: string;
  operationId: string;
  summary: string;
  description?: string;
  tags?: readonly string[];
  parameters?: readonly Parameter[];
  requestBody?: Described;
  responses: Readonly<Record<string, Described>>;
}

export interface Document {
  paths: Readonly<Record<string, Readonly<Record<string, Omit<Operation, "method" | "path">>>>>;
  components: { schemas: Readonly<Record<string, Schema>> };
}

export function operationsOf(document: Document): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
}

export function resolved(schema: Schema, document: Document): Schema {
  const name = schema.$ref?.split("/").at(-1);
  return name ? (document.components.schemas[name] ?? {}) : schema;
}

/** A type in one line, as in `string | null` or `Payment[]`. */
export function typeOf(schema: Schema): string {
  if (schema.$ref) return schema.$ref.split("/").at(-1) ?? "";
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" | ");
  if (schema.enum) return schema.enum.map(String).join(" | ");
  if (schema.const !== undefined) return String(schema.const);
  if (schema.type === "array") return `${typeOf(schema.items ?? {})}[]`;
  return schema.type ?? "any";
}

/** A body to start from: what is required, by its types. */
export function exampleOf(schema: Schema, document: Document, depth = 0): unknown {
  const plain = resolved(schema, document);
  if (plain.default !== undefined) return plain.default;
  if (plain.enum) return plain.enum[0];
  if (plain.anyOf) return exampleOf(plain.anyOf[0] ?? {}, document, depth);
  if (plain.type === "object" || plain.properties) {
    if (depth > 3) return {};
    const required = (plain.required ?? []).map((name) => [name, plain.properties?.[name] ?? {}] as const);
    return Object.fromEntries(required.map(([name, of]) => [name, exampleOf(of, document, depth + 1)]));
  }
  if (plain.type === "array") return [];
  if (plain.type === "boolean") return false;
  return plain.type === "integer" || plain.type === "number" ? 0 : "";
}

/** The address with its steps and query filled in. */
export function addressOf(operation: Operation, values: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams();
  let path = operation.path;
  for (const { name, in: place } of operation.parameters ?? []) {
    const value = values[name];
    if (place === "path") path = path.replace(`{${name}}`, encodeURIComponent(value ?? ""));
    else if (place === "query" && value) query.set(name, value);
  }
  return query.size > 0 ? `${path}?${query}` : path;
}
