import { AttentionList } from '@/components/overview/attention-list'
import { CallsCard } from '@/components/overview/calls-card'
import { FirstStepsCard } from '@/components/overview/first-steps'
import { CreateClub } from '@/components/clubs/create-club'
import { Header, PageBody, PageTitle } from '@/components/shell/header'
import type { Section } from '@/components/shell/nav'
import { NothingHere } from '@/components/shell/nothing-here'
import { refused, waiting } from '../answers'
import { ADA, LONG_NAME } from '../data/people'
import { page, part, press, read, type } from '../state'

const SECTIONS: Section[] = ['overview', 'keys', 'members', 'service-accounts', 'audit', 'settings']
const DEMO = { slug: 'demo', name: 'Demo Athletics' }
const LONG = { slug: 'long', name: LONG_NAME }

type Given = Partial<Parameters<typeof Header>[0]>

const framed =
  (given: Given = {}) =>
  () => (
    <>
      <Header person={ADA} clubs={[DEMO, LONG]} current={DEMO} sections={SECTIONS} {...given} />
      <PageBody>
        <PageTitle title="Keys" lead="Every key of the club." />
      </PageBody>
    </>
  )

const COUNTS = { requests: 12_804, denied: 12, limited: 3, errors: 0 }
const NO_CALLS = { requests: 0, denied: 0, limited: 0, errors: 0 }
const calls = (today: typeof COUNTS, weekBefore: number | null) => () => (
  <CallsCard
    calls={{ today, compared: weekBefore === null ? null : { today: today.requests, weekBefore } }}
  />
)

const STEPS = [
  { name: 'Create a key', about: 'It takes a minute.', href: '/keys', done: true },
  { name: 'Make the first call', about: 'From your own machine.', href: '/docs', done: false },
  { name: LONG_NAME, about: LONG_NAME, href: '/members', done: false },
]

const ATTENTION = [
  { name: 'Failing', about: 'Refused in the last 7 days', tone: 'bad', count: 3, orMore: false, href: '/k' },
  { name: 'Expiring', about: 'Within 14 days', tone: 'warn', count: 1000, orMore: true, href: '/k' },
  {
    name: 'Never expiring',
    about: 'Until they are revoked',
    tone: 'plain',
    count: 0,
    orMore: false,
    href: '/k',
  },
] as const

const club = (create: Parameters<typeof CreateClub>[0]['create']) => () => <CreateClub create={create} />

export const SHELL = [
  page('header', framed()),
  page('header, of one club', framed({ clubs: [DEMO], sections: ['keys', 'members'] })),
  page('header, a very long name', framed({ current: LONG })),
  page('header, outside of clubs', framed({ sections: [], clubs: [DEMO] })),
  page(
    'header, clubs open',
    framed({ createPath: '/create' }),
    press('Demo Athletics: change club'),
    read('Your clubs'),
  ),
  page('header, account open', framed(), press('Your account: Ada Admin'), read('Sign out')),
  page('nothing here', () => (
    <>
      <Header person={ADA} clubs={[DEMO]} current={DEMO} sections={SECTIONS} />
      <NothingHere lead="This page does not exist, or it is not yours to see." />
    </>
  )),
  part('calls, more than last week', calls(COUNTS, 9_000)),
  part('calls, fewer than last week', calls(COUNTS, 50_000)),
  part('calls, none', calls(NO_CALLS, 0)),
  part('calls, the day begins', calls(NO_CALLS, null)),
  part('first steps', () => <FirstStepsCard steps={STEPS} />),
  part('attention', () => <AttentionList attention={ATTENTION} />),
  part('create club', club(waiting)),
  part('create club, bad address', club(waiting), type('Address', 'a--b'), read('Hyphens stand alone')),
  part(
    'create club, taken',
    club(refused('The input is not valid.', { slug: 'is taken' })),
    type('Name', 'Rival Runners'),
    press('Create club'),
    read('taken'),
  ),
  part(
    'create club, refused',
    club(refused('You have created enough for today.')),
    type('Name', 'Rival'),
    press('Create club'),
    read('enough'),
  ),
  part('create club, waiting', club(waiting), type('Name', 'Rival'), press('Create club')),
]
