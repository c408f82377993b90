import { useMessages } from "@/i18n/locale";
import { type Document, type Operation, resolved, type Schema, typeOf } from "./openapi";
import { TryIt } from "./try-it";

export function OperationView({ operation, document }: { operation: Operation; document: Document }) {
  const messages = useMessages().reference;
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  return (
    <div className="stack">
      <header>
        <h2 className="operation-title">{operation.summary}</h2>
        <p className="mono">
          <span className={`method ${operation.method}`}>{operation.method}</span> {operation.path}
        </p>
        {operation.description && <p>{operation.description}</p>}
      </header>
      <TryIt operation={operation} document={document} />
      {operation.parameters && operation.parameters.length > 0 && (
        <section>
          <h3>{messages.parameters}</h3>
          <Fields
            fields={operation.parameters.map(({ name, schema, required = false, description }) => ({
              name,
              schema: { ...schema, ...(description && { description }) },
              required,
            }))}
          />
        </section>
      )}
      {body && (
        <section>
          <h3>{messages.body}</h3>
          <SchemaView schema={body} document={document} />
        </section>
      )}
      <section>
        <h3>{messages.answers}</h3>
        {Object.entries(operation.responses).map(([status, { description, content }]) => {
          const schema = Object.values(content ?? {})[0]?.schema;
          return (
            <details key={status} className="answer">
              <summary>
                <strong>{status}</strong> {description}
              </summary>
              {schema && <SchemaView schema={schema} document={document} />}
            </details>
          );
        })}
      </section>
    </div>
  );
}

function SchemaView({ schema, document }: { schema: Schema; document: Document }) {
  const plain = resolved(schema, document);
  if (!plain.properties) return <code>{typeOf(plain)}</code>;
  const required = plain.required ?? [];
  return (
    <Fields
      fields={Object.entries(plain.properties).map(([name, of]) => ({
        name,
        schema: of,
        required: required.includes(name),
      }))}
    />
  );
}

function Fields({ fields }: { fields: readonly { name: string; schema: Schema; required: boolean }[] }) {
  const messages = useMessages().reference;
  return (
    <dl className="schema">
      {fields.map(({ name, schema, required }) => (
        <div key={name}>
          <dt className="mono">
            {name}
            {required && <span className="required"> {messages.required}</span>}
          </dt>
          <dd>
            <code className="muted">{typeOf(schema)}</code>
            {schema.description && <p>{schema.description}</p>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
