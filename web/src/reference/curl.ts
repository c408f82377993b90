interface Request {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** The request as a command of a POSIX shell. */
export function curlOf({ method, url, headers, body }: Request): string {
  const lines = [
    ...Object.entries(headers).map(([name, value]) => `-H ${inQuotes(`${name}: ${value}`)}`),
    ...(body ? [`--data-raw ${inQuotes(body)}`] : []),
  ];
  return [`curl -X ${method} ${inQuotes(url)}`, ...lines].join(" \\\n  ");
}

function inQuotes(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
