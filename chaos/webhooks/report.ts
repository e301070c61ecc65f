import { ms, table } from '../figures'
import type { BesideFacts } from './beside'
import type { DeliveryFacts } from './kills'
import type { MailFacts } from './mails'

export type WebhookFacts = { kills: DeliveryFacts; beside: BesideFacts[]; mail: MailFacts }

/** What a run found that is promised otherwise, in words. */
export function brokenDeliveries({ kills, beside, mail }: WebhookFacts): string[] {
  const { events, lost, strange, outOfOrder } = kills
  const alone = beside.find(({ behaviour }) => behaviour === null)
  return [
    ...(lost > 0 ? [`${lost} of ${events} events never arrived`] : []),
    ...(strange > 0 ? [`${strange} arrivals were no event’s`] : []),
    ...(outOfOrder > 0 ? [`${outOfOrder} events arrived after a later one of their key`] : []),
    ...(mail.lost > 0 ? [`${mail.lost} of ${mail.mails} mails never arrived`] : []),
    ...(mail.twice > 0 ? [`${mail.twice} mails arrived twice`] : []),
    ...beside.flatMap(({ behaviour, arrived, events, p99Ms }) => [
      ...(arrived < events ? [`${events - arrived} events did not arrive beside: ${behaviour}`] : []),
      ...(p99Ms > (alone?.p99Ms ?? 0) + LATE_MS
        ? [`a good receiver waited ${ms(p99Ms)} beside: ${behaviour}`]
        : []),
    ]),
  ]
}

/** By how much longer a good receiver may wait beside bad ones, in milliseconds. */
const LATE_MS = 1_000

export const deliveryTable = ({ kills }: WebhookFacts): string =>
  table(
    ['what', 'figure'],
    [
      [
        `${kills.events.toLocaleString('en')} events through three processes, one killed (-9) every so often: kills`,
        String(kills.kills),
      ],
      ['until all had arrived', `${kills.seconds.toFixed(0)} s`],
      ['arrived in a second', (kills.events / kills.seconds).toFixed(0)],
      ['never arrived', String(kills.lost)],
      ['arrived more than once', kills.repeated.toLocaleString('en')],
      ['arrived after a later one of the same key', kills.outOfOrder.toLocaleString('en')],
    ],
  )

export const besideTable = ({ beside }: WebhookFacts): string =>
  table(
    ['each of the others', 'median', 'p99', 'memory of a process, at most'],
    beside.map(({ behaviour, medianMs, p99Ms, peakMiB }) => [
      behaviour ?? '(none)',
      ms(medianMs),
      ms(p99Ms),
      `${peakMiB} MiB`,
    ]),
  )

export const mailTable = ({ mail }: WebhookFacts): string =>
  table(
    ['what', 'figure'],
    [
      [`${mail.mails.toLocaleString('en')} mails by three processes: in a second`, mail.perSecond.toFixed(0)],
      ['the mail server away', `${mail.awaySeconds.toFixed(0)} s`],
      ['from its return until all had arrived', `${mail.caughtUpSeconds.toFixed(0)} s`],
      ['never arrived', String(mail.lost)],
      ['arrived twice', String(mail.twice)],
    ],
  )
