import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { KeyPage } from '@/components/keys/key-page'
import { PageBody } from '@/components/shell/header'
import { countDescendants } from '@/lib/auth/api-key'
import { requireActor } from '../../../../../caller'
import { keyMaking } from '../../key-making'
import { keyActions, viewerOf } from '../viewer'
import { findKey, graceAround, relativesOf } from './around'
import { revokedBy, useOf } from './use'

export const metadata: Metadata = { title: 'Key' }

type Props = { params: Promise<{ club: string; id: string }> }

export default async function OneKeyPage({ params }: Props) {
  const { club, id } = await params
  const actor = await requireActor(club)
  const apiKey = (await findKey(actor, id)) ?? notFound()
  const [predecessor, successor, maker] = await Promise.all(
    [apiKey.rotatedFromId, apiKey.replacedById, apiKey.createdByKeyId].map((other) => findKey(actor, other)),
  )
  const around = { predecessor: predecessor ?? null, successor: successor ?? null, maker: maker ?? null }
  const [grace, made, use, revoker, making] = await Promise.all([
    graceAround(actor, apiKey, around),
    countDescendants(actor, [apiKey.id]),
    useOf(actor, apiKey),
    revokedBy(actor, apiKey),
    keyMaking(club, actor),
  ])
  return (
    <PageBody>
      <KeyPage
        apiKey={apiKey}
        relatives={relativesOf(apiKey, around)}
        grace={grace}
        use={use}
        revokedBy={revoker}
        made={made.get(apiKey.id) ?? 0}
        viewer={viewerOf(club, actor)}
        making={making}
        actions={keyActions(club)}
      />
    </PageBody>
  )
}
