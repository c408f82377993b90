import { Terminal } from "lucide-react";
import { useState } from "react";
import { useFormats, useMessages } from "@/i18n/locale";
import { usePerson, useSession } from "@/session/session";
import { Button } from "@/ui/button";
import { Field, TextField } from "@/ui/field";
import { Notice } from "@/ui/notice";
import { useToast } from "@/ui/toasts";
import { curlOf } from "./curl";
import { addressOf, type Document, exampleOf, type Operation, typeOf } from "./openapi";

interface Told {
  status: number;
  headers: string;
  body: string;
  ms: number;
}

/** Sends a request as the one who is signed in, and shows the answer as it came. */
export function TryIt({ operation, document }: { operation: Operation; document: Document }) {
  const { reference: messages, roles, errors } = useMessages();
  const formats = useFormats();
  const { token } = useSession();
  const person = usePerson();
  const toast = useToast();
  const schema = operation.requestBody?.content?.["application/json"]?.schema;
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [body, setBody] = useState(() => (schema ? JSON.stringify(exampleOf(schema, document), null, 2) : ""));
  const [told, setTold] = useState<Told | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const address = addressOf(operation, values);
  const changes = operation.method !== "GET";

  const headers: Record<string, string> = { Authorization: `Bearer ${token}` };
  for (const { name, in: place } of operation.parameters ?? []) {
    if (place === "header" && values[name]) headers[name] = values[name];
  }
  if (body) headers["Content-Type"] = "application/json";

  const copy = async () => {
    const request = { method: operation.method, url: new URL(address, location.origin).href, headers, body };
    await navigator.clipboard.writeText(curlOf(request));
    toast(messages.curlCopied);
  };
  const send = async () => {
    setWrong(null);
    const started = performance.now();
    try {
      const answer = await fetch(address, { method: operation.method, headers, body: body || null });
      const text = await answer.text();
      const lines = [...answer.headers].map(([name, value]) => `${name}: ${value}`);
      setTold({
        status: answer.status,
        headers: lines.join("\n"),
        body: pretty(text),
        ms: performance.now() - started,
      });
    } catch {
      setWrong(errors.offline);
    }
  };
  return (
    <section className="card try-it" aria-label={messages.try}>
      <h3>{messages.try}</h3>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <div className="try-fields">
          {operation.parameters?.map((parameter) => (
            <TextField
              key={parameter.name}
              label={parameter.name}
              hint={typeOf(parameter.schema)}
              className="compact"
              required={parameter.required ?? false}
              value={values[parameter.name] ?? ""}
              onChange={(value) => setValues({ ...values, [parameter.name]: value })}
            />
          ))}
        </div>
        {schema && (
          <Field label={messages.body} wrong={isJson(body) ? undefined : messages.invalidJson}>
            {(control) => (
              <textarea
                {...control}
                className="input mono"
                rows={8}
                spellCheck={false}
                value={body}
                onChange={(event) => setBody(event.target.value)}
              />
            )}
          </Field>
        )}
        <div className="row spread">
          <p className="muted">
            {messages.asYou(person.name, roles[person.role])} {changes && <strong>{messages.changes}</strong>}
          </p>
          <span className="row">
            <Button onClick={copy}>
              <Terminal size={14} aria-hidden /> {messages.copyCurl}
            </Button>
            <Button type="submit" kind={changes ? "danger" : "primary"} disabled={!isJson(body)}>
              {messages.send}
            </Button>
          </span>
        </div>
      </form>
      {wrong && <Notice kind="bad">{wrong}</Notice>}
      {told && (
        <div className="told" role="status">
          <p>
            <strong className={told.status < 400 ? "good" : "wrong"}>{told.status}</strong>{" "}
            <span className="muted">{formats.duration(told.ms)}</span>
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
          <pre tabIndex={0}>
            {told.headers}
            {"\n\n"}
            {told.body}
          </pre>
        </div>
      )}
    </section>
  );
}

function isJson(text: string): boolean {
  if (!text) return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function pretty(text: string): string {
  return isJson(text) && text ? JSON.stringify(JSON.parse(text), null, 2) : text;
}
