const LOOKS: Readonly<Record<string, string>> = {
  GET: 'bg-good-well text-good',
  POST: 'bg-accent-well text-accent',
  DELETE: 'bg-bad-well text-bad',
}

export const MethodBadge = ({ method }: { method: string }) => (
  <span
    className={`inline-block rounded-md px-1.5 py-0.5 font-mono text-xs font-semibold ${LOOKS[method] ?? 'bg-warn-well text-warn'}`}
  >
    {method}
  </span>
)
