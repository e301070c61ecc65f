import { ms, table } from '../figures'
import type { BesideFacts, DeliveryFacts } from './deliver'

export type WebhookFacts = { kills: DeliveryFacts; beside: BesideFacts }

/** What a run found that is promised otherwise, in words. */
export function brokenDeliveries({ kills, beside }: WebhookFacts): string[] {
  const { events, lost, strange } = kills
  return [
    ...(lost > 0 ? [`${lost} of ${events} events never arrived`] : []),
    ...(strange > 0 ? [`${strange} arrivals were no event’s`] : []),
    ...(beside.alone.arrived > beside.beside.arrived ? ['bad receivers kept events from a good one'] : []),
  ]
}

export const deliveryTable = ({ kills, beside: { alone, beside } }: WebhookFacts): string =>
  table(
    ['what', 'figure'],
    [
      [
        `${kills.events.toLocaleString('en')} events through three processes, one killed (-9) every so often: kills`,
        String(kills.kills),
      ],
      ['until all had arrived', `${kills.seconds.toFixed(0)} s`],
      ['never arrived', String(kills.lost)],
      ['arrived more than once', kills.repeated.toLocaleString('en')],
      ['arrived after a later one of the same key', kills.outOfOrder.toLocaleString('en')],
      ['an event and its arrival, alone: median, longest', `${ms(alone.medianMs)}, ${ms(alone.longestMs)}`],
      ['the same beside bad receivers', `${ms(beside.medianMs)}, ${ms(beside.longestMs)}`],
    ],
  )
