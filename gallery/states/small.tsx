import { Brand } from '@/components/brand'
import { Chips } from '@/components/list/chips'
import { Pager } from '@/components/list/pager'
import { RateField } from '@/components/rate-field'
import { ClubMark } from '@/components/shell/club-mark'
import { PageSkeleton } from '@/components/shell/page-skeleton'
import { ThemeSwitch } from '@/components/theme/theme-switch'
import { Badge } from '@/components/ui/badge'
import { Button, SubmitButton } from '@/components/ui/button'
import { Sparkline } from '@/components/ui/chart'
import { Checkbox } from '@/components/ui/checkbox'
import { DaysChart, type AnsweredDay } from '@/components/ui/days-chart'
import { EmptyState } from '@/components/ui/empty-state'
import { SelectField, TextAreaField, TextField } from '@/components/ui/field'
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu'
import { Notice } from '@/components/ui/notice'
import { useToast } from '@/components/ui/toast'
import { Day, Exactly, When } from '@/components/when'
import { PAGE } from '../data/page'
import { LONG_NAME } from '../data/people'
import { ago, ahead, DAY_HOURS } from '../data/time'
import { page, part, press, read } from '../state'

const TONES = ['good', 'warn', 'bad', 'plain'] as const
const LOOKS = ['primary', 'secondary', 'danger', 'quiet'] as const
const ROW = 'flex flex-wrap items-center gap-3'

const days = (callsOf: (day: number) => Omit<AnsweredDay, 'from'>): AnsweredDay[] =>
  Array.from({ length: 30 }, (_, day) => ({ from: ago((29 - day) * DAY_HOURS), ...callsOf(day) }))

const NONE = { ok: 0, limited: 0, denied: 0, errors: 0 }
const BUSY = days((day) => ({
  ok: day === 11 ? 0 : Math.round(900 + 500 * Math.sin(day / 2.2)),
  limited: day % 9 === 4 ? 160 : 0,
  denied: day === 6 ? 85 : 0,
  errors: day === 17 ? 120 : 0,
}))

const chart = (of: AnsweredDay[]) => () => <DaysChart days={of} label="Calls, day by day" />

/** Says something as soon as somebody presses it. */
function Toaster({ refused = false, undo = false }: { refused?: boolean; undo?: boolean }) {
  const toast = useToast()
  const back = undo ? { undo: () => Promise.resolve({ ok: true as const, data: null }) } : {}
  return <Button onClick={() => toast('“ci-bot” is disabled.', { refused, ...back })}>Say it</Button>
}

function Menued() {
  return (
    <Menu align="start" trigger={<button type="button">Open it</button>}>
      <MenuItem>Rotate…</MenuItem>
      <MenuItem>Rename…</MenuItem>
      <MenuSeparator />
      <MenuItem danger>Revoke…</MenuItem>
    </Menu>
  )
}

const said = (text: string) => ({
  ok: false as const,
  code: 'validation_failed' as const,
  message: 'The input is not valid.',
  errors: [{ path: 'rateLimit.limit', message: text }],
})

export const SMALL = [
  part('brand and marks', () => (
    <div className={ROW}>
      <Brand />
      <ClubMark name="Demo Athletics" />
      <ClubMark name="ßtraße" />
      <ClubMark name="🏊 Swimmers" />
      <ThemeSwitch />
    </div>
  )),
  part('badges', () => (
    <div className={ROW}>
      {TONES.map((tone) => (
        <Badge key={tone} tone={tone}>
          {tone}
        </Badge>
      ))}
    </div>
  )),
  part('buttons', () => (
    <div className="grid gap-3">
      {[false, true].map((disabled) => (
        <div key={String(disabled)} className={ROW}>
          {LOOKS.map((look) => (
            <Button key={look} look={look} disabled={disabled}>
              {look}
            </Button>
          ))}
        </div>
      ))}
      <div className={ROW}>
        <SubmitButton pending={false} pendingText="Saving…">
          Save
        </SubmitButton>
        <SubmitButton pending pendingText="Saving…">
          Save
        </SubmitButton>
      </div>
    </div>
  )),
  part('notices', () => (
    <div className="grid gap-3">
      {TONES.map((tone) => (
        <Notice key={tone} tone={tone} urgent={false}>
          What is {tone} is said like this, and goes on over more than one line where the screen is a small
          one.
        </Notice>
      ))}
    </div>
  )),
  part('fields', () => (
    <div className="grid max-w-md gap-5">
      <TextField label="Name" name="name" placeholder="Scoreboard" hint="Where it will be used." />
      <TextField label="Refused" name="refused" defaultValue="x" error="must be at least 2 characters" />
      <TextField label="Disabled" name="disabled" defaultValue="as it is" disabled />
      <TextAreaField label="IP allowlist" name="area" rows={3} hint="One a line." />
      <SelectField label="Owner" name="owner" error="is not in the club">
        <option>{LONG_NAME}</option>
      </SelectField>
      <Checkbox label="Every key must expire" hint="Otherwise one may work for ever." defaultChecked />
      <Checkbox label="Not to be chosen" disabled />
    </div>
  )),
  part('rate field', () => (
    <div className="grid max-w-md gap-5">
      <RateField label="Rate limit" hint="Empty: the default." name="rateLimit" refused={null} />
      <RateField
        label="Rate limit, refused"
        hint="Empty: the default."
        name="rateLimit"
        value={{ limit: 600, windowSeconds: 90 }}
        refused={said('must be at most 1,000,000')}
      />
    </div>
  )),
  part('empty', () => (
    <EmptyState title="No keys yet" action={<Button look="primary">Create key</Button>}>
      Make one for each app or script, so that you can end one without breaking the others.
    </EmptyState>
  )),
  page('loading', () => (
    <main>
      <h1 className="sr-only">Loading</h1>
      <PageSkeleton page="Keys" />
    </main>
  )),
  part('pager', () => (
    <div className="grid gap-4">
      <Pager {...PAGE} />
      <Pager {...PAGE} from={9_981} things="members" previous="/previous" next={null} />
      <Pager {...PAGE} from={61} things="events" total={100_000} isExact={false} previous="/previous" />
      <Pager {...PAGE} total={null} things="accounts" isExact={false} previous="/previous" />
      <Pager {...PAGE} shown={1} things="deliveries" total={1} next={null} />
    </div>
  )),
  part('chips', () => (
    <Chips
      label="Keys by status"
      chips={[
        { name: 'All', href: '/keys', isCurrent: true, count: '10,000+' },
        { name: 'Usable', href: '/keys?status=usable', isCurrent: false, count: '9,310' },
        { name: 'Revoked', href: '/keys?status=revoked', isCurrent: false, count: null },
      ]}
    />
  )),
  part('times', () => (
    <div className="grid gap-1">
      {[ago(0.5), ago(30), ago(5000), ahead(40), ahead(9000)].map((at) => (
        <p key={at}>
          <When at={at} /> · <Day at={at} /> · <Exactly at={at} />
        </p>
      ))}
    </div>
  )),
  part('sparklines', () => (
    <div className={ROW}>
      <Sparkline values={[]} label="No days" />
      <Sparkline values={[0, 0, 0, 0, 0, 0, 0]} label="No calls" />
      <Sparkline values={[0, 4, 9000, 1, 12, 400, 70]} label="9,487 calls in 7 days" />
    </div>
  )),
  part('chart, no calls', chart(days(() => NONE))),
  part('chart, one day', chart(days((day) => (day === 12 ? { ...NONE, denied: 1 } : NONE)))),
  part('chart, busy', chart(BUSY)),
  part('chart, its figures', chart(BUSY), press('Show the figures')),
  part('toast', () => <Toaster />, press('Say it')),
  part('toast, to be undone', () => <Toaster undo />, press('Say it'), read('Undo')),
  part('toast, refused', () => <Toaster refused />, press('Say it')),
  part('menu', () => <Menued />, press('Open it'), read('Revoke…')),
]
