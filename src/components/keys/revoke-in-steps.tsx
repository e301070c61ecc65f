'use client'

import { useRef, useState } from 'react'
import { MAX_COUNTED } from '@/contracts/bounds'
import { textOf } from '../form-text'
import { errorOf, type Outcome } from '../outcome'
import { useSubmit } from '../session/use-submit'
import { Button } from '../ui/button'
import { Checkbox } from '../ui/checkbox'
import { DialogForm } from '../ui/dialog-form'
import { TextField } from '../ui/field'
import type { KeyActions } from './actions'
import type { KeyFilters } from './filters'

type Props = Pick<KeyActions, 'revokeMany' | 'revocable'> & {
  filter: KeyFilters
  /** So many were counted; from a bound on it means so many or more. */
  count: number
  onDone: (text: string) => void
}

/** How many end in one step: a step is done whole or not at all, and takes a second or two. */
const STEP = 500

/**
 * What is left to be revoked, and how far it has come. The keys are those that were found when it began.
 * `complete`: what they made is revoked, too, as far as it was asked for.
 */
type Work = { ids: string[]; total: number; revoked: number; step: number; complete: boolean }

/**
 * More keys than one call revokes: step by step, with a way to stop. Each step has an attempt of its own, so
 * that one whose answer was lost is asked for again, and the rest goes on from there.
 */
export function RevokeInSteps({ filter, count, revokeMany, revocable, onDone }: Props) {
  const [work, setWork] = useState<Work | null>(null)
  const kept = useRef<Work | null>(null)
  const stops = useRef(false)
  const note = (next: Work): Work => {
    setWork((kept.current = next))
    return next
  }
  const submission = useSubmit(
    async (form, attempt): Promise<Outcome<Work>> => {
      stops.current = false
      let now = kept.current
      if (now === null) {
        const found = await findAll(revocable, filter)
        if (!found.ok) return found
        now = note({ ids: found.data, total: found.data.length, revoked: 0, step: 0, complete: true })
      }
      const reason = textOf(form, 'reason').trim()
      const wanted = { ...(reason && { reason }), descendants: form.has('descendants') }
      while (now.ids.length > 0 && !stops.current) {
        const input = { ids: now.ids.slice(0, STEP), ...wanted }
        const outcome = await revokeMany(input, `${attempt}-${now.step}`)
        if (!outcome.ok) return outcome
        const revoked = now.revoked + outcome.data.count
        const complete = now.complete && outcome.data.complete !== false
        now = note({ ...now, ids: now.ids.slice(STEP), revoked, step: now.step + 1, complete })
      }
      return { ok: true, data: now }
    },
    ({ ids, revoked, complete }) => {
      const said = `${told(revoked)} ${revoked === 1 ? 'key is' : 'keys are'} revoked.`
      if (ids.length === 0) onDone(complete ? said : `${said} The many keys they made are being revoked.`)
    },
  )
  const { pending, refused } = submission
  const isLost = !pending && refused?.lost === true
  return (
    <DialogForm
      {...submission}
      fields={['reason']}
      look="danger"
      submit={
        work === null ? `Revoke ${countInWords(count)} keys` : `Revoke the other ${told(work.ids.length)}`
      }
      pendingText="Revoking…"
      cancel={work === null ? 'Keep them' : 'Close'}
    >
      {work && <Progress {...{ work, isLost }} stop={pending ? () => (stops.current = true) : null} />}
      <Checkbox
        name="descendants"
        defaultChecked
        label="Also the keys that they made"
        hint="A thief of one of these keys could have made others with it."
      />
      <TextField
        label="Reason"
        name="reason"
        hint="Optional. Kept with each key and in the audit log."
        maxLength={200}
        autoComplete="off"
        error={errorOf(refused, 'reason')}
      />
    </DialogForm>
  )
}

type ProgressProps = {
  work: Work
  /** Whether the last step was done, nobody knows. */
  isLost: boolean
  stop: (() => void) | null
}

function Progress({ work: { ids, total, revoked }, isLost, stop }: ProgressProps) {
  return (
    <div className="grid gap-2">
      <progress
        aria-label="Keys revoked"
        max={total}
        value={total - ids.length}
        className="h-2 w-full overflow-hidden rounded-full accent-bad"
      />
      <div className="flex min-h-9 items-center justify-between gap-4 text-sm">
        <span role="status" className="tabular-nums">
          {isLost && 'At least '}
          {told(revoked)} of {told(total)} revoked{stop === null && ids.length > 0 && '. It has stopped'}.
        </span>
        {stop && <StopButton stop={stop} />}
      </div>
    </div>
  )
}

/** The step that is on its way is carried out. */
function StopButton({ stop }: { stop: () => void }) {
  const [stopping, setStopping] = useState(false)
  const halt = () => {
    setStopping(true)
    stop()
  }
  return (
    <Button onClick={halt} disabled={stopping}>
      {stopping ? 'Stopping…' : 'Stop'}
    </Button>
  )
}

/** The ids of all that match now, read part by part. */
async function findAll(revocable: KeyActions['revocable'], filter: KeyFilters): Promise<Outcome<string[]>> {
  const ids: string[] = []
  for (;;) {
    const after = ids.at(-1)
    const part = await revocable({ filter, ...(after !== undefined && { after }) })
    if (!part.ok || part.data.length === 0) return part.ok ? { ok: true, data: ids } : part
    ids.push(...part.data)
  }
}

const told = (count: number) => count.toLocaleString('en')
/** From a bound on, a count means so many or more. */
export const countInWords = (count: number) =>
  count >= MAX_COUNTED ? `more than ${told(MAX_COUNTED - 1)}` : told(count)
