'use client'

import { useState } from 'react'
import { Checkbox } from '../ui/checkbox'
import { FieldMessage } from '../ui/field'
import type { EventWords } from './actions'

type Props = { events: readonly EventWords[]; chosen: readonly string[]; error: string | undefined }

/** Which events are sent, by what they are about. */
export function TypesPicker({ events, chosen, error }: Props) {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set(chosen))
  const all = picked.size === events.length
  const groups = [...new Set(events.map(({ group }) => group))]
  const toggle = (type: string) => {
    const next = new Set(picked)
    if (!next.delete(type)) next.add(type)
    setPicked(next)
  }
  return (
    <fieldset className="grid gap-1.5" aria-describedby={error ? 'types-error' : undefined}>
      <legend className="mb-1.5 text-sm font-medium">Events</legend>
      <FieldMessage id="types-error" error={error} />
      <div className="grid gap-1 rounded-lg border border-line p-2">
        <Checkbox
          label="All events"
          checked={all}
          onChange={() => setPicked(new Set(all ? [] : events.map(({ type }) => type)))}
        />
        {groups.map((group) => (
          <div key={group} role="group" aria-label={group} className="grid border-t border-line pt-2">
            <p aria-hidden className="px-2 pb-0.5 text-xs font-medium text-quiet">
              {group}
            </p>
            {events
              .filter((one) => one.group === group)
              .map(({ type, text }) => (
                <Checkbox
                  key={type}
                  name="types"
                  value={type}
                  checked={picked.has(type)}
                  onChange={() => toggle(type)}
                  label={<code className="font-mono text-[0.8125rem]">{type}</code>}
                  hint={text}
                />
              ))}
          </div>
        ))}
      </div>
    </fieldset>
  )
}
