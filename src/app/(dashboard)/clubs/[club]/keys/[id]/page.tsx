import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { cache } from 'react'
import { KeyPage } from '@/components/keys/key-page'
import { PageBody } from '@/components/shell/header'
import { nearestDescendants } from '@/lib/auth/api-key'
import { apart } from '@/contracts/unseen'
import { requireActor } from '../../../../../caller'
import { keyMaking } from '../../key-making'
import { keyActions, viewerOf } from '../viewer'
import { findKey, graceAround, relativesOf } from './around'
import { eventsOf, KeyLog, revokedBy, useOf } from './use'

type Props = { params: Promise<{ club: string; id: string }> }

/** Once for the page and its title. */
const findHere = cache(async (club: string, id: string) => {
  const actor = await requireActor(club)
  return { actor, apiKey: await findKey(actor, id) }
})

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { club, id } = await params
  const { apiKey } = await findHere(club, id)
  return { title: apiKey ? `${apart(apiKey.name)} · Keys` : 'Key' }
}

export default async function OneKeyPage({ params }: Props) {
  const { club, id } = await params
  const { actor, ...found } = await findHere(club, id)
  const apiKey = found.apiKey ?? notFound()
  const [predecessor, successor, maker] = await Promise.all(
    [apiKey.rotatedFromId, apiKey.replacedById, apiKey.createdByKeyId].map((other) => findKey(actor, other)),
  )
  const around = { predecessor: predecessor ?? null, successor: successor ?? null, maker: maker ?? null }
  const [grace, made, use, events, making] = await Promise.all([
    graceAround(actor, apiKey, around),
    nearestDescendants(actor, apiKey.id),
    useOf(actor, apiKey),
    eventsOf(actor, apiKey),
    keyMaking(club, actor),
  ])
  return (
    <PageBody>
      <KeyPage
        apiKey={apiKey}
        relatives={relativesOf(apiKey, around)}
        grace={grace}
        use={use}
        revokedBy={apiKey.revokedAt && revokedBy(events)}
        made={made}
        viewer={viewerOf(club, actor)}
        making={making}
        actions={keyActions(club)}
        audit={<KeyLog apiKey={apiKey} events={events} audit={`/clubs/${club}/audit`} />}
      />
    </PageBody>
  )
}
