import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { AttentionList } from '@/components/overview/attention-list'
import { CallsCard } from '@/components/overview/calls-card'
import { FirstStepsCard } from '@/components/overview/first-steps'
import { PageBody, PageTitle } from '@/components/shell/header'
import { DaysChart } from '@/components/ui/days-chart'
import { firstSteps } from '@/lib/clubs/first-steps'
import { isAdmin } from '@/lib/permissions/scopes'
import { overviewOfCalls, type CallsOverview } from '@/lib/usage/overview'
import { requireActor } from '../../../../caller'
import { sectionsOf } from '../sections'
import { attentionOf } from './attention'
import { stepsToTake } from './steps'

export const metadata: Metadata = { title: 'Overview' }

export default async function OverviewPage({ params }: { params: Promise<{ club: string }> }) {
  const { club } = await params
  const actor = await requireActor(club)
  if (!sectionsOf(actor).includes('overview')) notFound()
  const here = `/clubs/${club}`
  const [calls, attention, steps] = await Promise.all([
    overviewOfCalls(actor),
    attentionOf(actor, `${here}/keys`),
    firstSteps(actor),
  ])
  return (
    <PageBody>
      <PageTitle
        title="Overview"
        lead={
          isAdmin(actor.roles)
            ? 'What the club’s keys do, and which need you.'
            : 'What your keys do, and which need you.'
        }
      />
      {steps && <FirstStepsCard steps={stepsToTake(here, steps)} />}
      {calls && (
        <CallsCard calls={calls}>
          <DaysChart days={calls.days.map(answeredOn)} label="Calls by day" />
        </CallsCard>
      )}
      <section aria-labelledby="attention" className="grid gap-3">
        <h2 id="attention" className="font-semibold">
          Keys to look at
        </h2>
        <AttentionList attention={attention} />
      </section>
    </PageBody>
  )
}

/** A call that ended in an error was let in. */
const answeredOn = ({ requests, errors, ...day }: CallsOverview['days'][number]) => ({
  ...day,
  errors,
  ok: Math.max(0, requests - errors),
})
