'use client'

import { useId, useState, type SubmitEvent, type ReactNode } from 'react'
import { Badge, type Tone } from '../../ui/badge'
import { Button } from '../../ui/button'
import { CopyCode } from '../copy-code'
import { useOwnKey } from './own-key'
import type { ApiParameter } from './described'
import { sendCall, type CallAnswer } from './send-call'

type Props = {
  id: string
  method: string
  path: string
  parameters: readonly ApiParameter[]
  /** What the body may look like; null: it takes none. */
  example: string | null
  needsKey: boolean
}

/** Makes the call from here. Where there is no JavaScript, the example is there to copy. */
export function TryIt({ id, method, path, parameters, example, needsKey }: Props) {
  const { token, setToken } = useOwnKey()
  const [values, setValues] = useState<Readonly<Record<string, string>>>({})
  const [body, setBody] = useState(example ?? '')
  const [sent, setSent] = useState<CallAnswer | 'sending' | null>(null)
  const asked = parameters.filter(
    ({ place, name }) => (place !== 'header' || name === 'Idempotency-Key') && !name.includes('['),
  )
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    setSent('sending')
    const call = { method, path, values, body: example === null ? null : body, token: needsKey ? token : '' }
    void sendCall(call, asked).then(setSent)
  }
  return (
    <details className="group mb-4 rounded-[10px] border border-line bg-raised px-4 noscript:hidden">
      <summary className="flex min-h-11 items-center gap-2 text-sm font-medium [&::-webkit-details-marker]:hidden">
        <span aria-hidden className="text-quiet transition-transform group-open:rotate-90">
          ›
        </span>
        Try it
      </summary>
      {/* No field has a name, so no browser can send or remember one of them by itself. */}
      <form method="post" onSubmit={onSubmit} autoComplete="off" className="grid gap-3 pb-4">
        {needsKey && <KeyField token={token} setToken={setToken} />}
        {asked.map((parameter) => (
          <Value
            key={parameter.name}
            {...parameter}
            value={values[parameter.name] ?? ''}
            setValue={(value) => setValues({ ...values, [parameter.name]: value })}
          />
        ))}
        {example !== null && <BodyField body={body} setBody={setBody} />}
        {method !== 'GET' && <p className="!mb-0 text-sm text-warn">This changes real data of your club.</p>}
        <Button
          type="submit"
          look="primary"
          className="w-fit"
          aria-label={`Send ${method} ${id}`}
          disabled={sent === 'sending'}
        >
          {sent === 'sending' ? 'Sending…' : `Send ${method}`}
        </Button>
      </form>
      <div role="status">{sent !== null && sent !== 'sending' && <Answer {...sent} />}</div>
    </details>
  )
}

function KeyField({ token, setToken }: { token: string; setToken: (token: string) => void }) {
  return (
    <Labelled label="Your key" hint="It stays in the memory of this page and is sent to this server alone.">
      {(field) => (
        <input
          {...field}
          type="password"
          required
          autoComplete="off"
          data-1p-ignore
          placeholder="sk_…"
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
      )}
    </Labelled>
  )
}

function BodyField({ body, setBody }: { body: string; setBody: (body: string) => void }) {
  return (
    <Labelled label="Body">
      {(field) => (
        <textarea
          {...field}
          rows={8}
          spellCheck={false}
          value={body}
          onChange={(event) => setBody(event.target.value)}
        />
      )}
    </Labelled>
  )
}

type ValueProps = ApiParameter & { value: string; setValue: (value: string) => void }

function Value({ name, type, choices, required, value, setValue }: ValueProps) {
  return (
    <Labelled label={required ? name : `${name} (optional)`}>
      {(field) =>
        choices.length > 0 ? (
          <select
            {...field}
            required={required}
            value={value}
            onChange={(event) => setValue(event.target.value)}
          >
            <option value="">{required ? 'Choose…' : 'Not given'}</option>
            {choices.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        ) : (
          <input
            {...field}
            required={required}
            placeholder={type}
            value={value}
            onChange={(event) => setValue(event.target.value)}
          />
        )
      }
    </Labelled>
  )
}

const toneOf = (said: string): Tone => (said.startsWith('2') ? 'good' : said.startsWith('4') ? 'warn' : 'bad')

function Answer({ said, headers, body }: CallAnswer) {
  return (
    <>
      <p className="!mb-2">
        <Badge tone={toneOf(said)}>{said}</Badge>
      </p>
      {headers && (
        <p className="!mb-2 font-mono text-xs break-words whitespace-pre-line text-quiet">{headers}</p>
      )}
      <CopyCode title="Answer">
        <pre tabIndex={0} aria-label="What the server answered" className="max-h-96">
          <code>{body}</code>
        </pre>
      </CopyCode>
    </>
  )
}

type Field = { id: string; className: string; 'aria-describedby': string | undefined }

function Labelled({
  label,
  hint,
  children,
}: {
  label: string
  hint?: string
  children: (field: Field) => ReactNode
}) {
  const id = useId()
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({
        id,
        'aria-describedby': hint ? `${id}-hint` : undefined,
        className:
          'w-full scroll-mt-28 rounded-lg border border-edge bg-paper px-3 py-2 font-mono text-base sm:text-xs',
      })}
      {hint && (
        <span id={`${id}-hint`} className="text-xs text-quiet">
          {hint}
        </span>
      )}
    </div>
  )
}
