import type { MemberImpact } from '@/contracts/offboarding'
import { HandOverDialog } from '@/components/members/hand-over-dialog'
import { InviteDialog } from '@/components/members/invite-dialog'
import { Invited } from '@/components/members/invited'
import { LeavingDialog } from '@/components/members/leaving-dialog'
import type { Heir, Leaving, MemberActions } from '@/components/members/actions'
import { MemberLinkDialog } from '@/components/members/member-link-dialog'
import type { LinkCommand } from '@/components/members/member-menu'
import { MembersPanel } from '@/components/members/members-panel'
import { RolesDialog } from '@/components/members/roles-dialog'
import { WithdrawDialog } from '@/components/members/withdraw-dialog'
import { answered, lost, refused, waiting } from '../answers'
import { createdKey } from '../data/keys'
import { ADA, AFFECTED, aMember, HEIRS, invitedMember, MEMBERS } from '../data/people'
import { PAGE } from '../data/page'
import { body, part, press, read, type } from '../state'

const nothing = () => undefined
const { keys: _, ...member } = aMember()
const LINK = `https://keys.example.com/set-password#${'a1B2c3'.repeat(7)}`
const IMPACT: MemberImpact = { count: 6, keys: AFFECTED, webhooks: [] }
const WEBHOOKS: MemberImpact['webhooks'] = [
  { id: '1', url: 'https://hooks.slack.com/services/…', status: 'enabled' },
  { id: '2', url: 'https://scoreboard.example/hooks', status: 'failing' },
]
const NO_IMPACT: MemberImpact = { count: 0, keys: [], webhooks: [] }

const ACTIONS: MemberActions = {
  invite: answered(invitedMember(LINK, false)),
  inviteAgain: answered(invitedMember(null, true)),
  invitationLink: answered(invitedMember(LINK, false)),
  withdraw: answered({ ...member, keysLeft: 0 }),
  passwordLink: answered(invitedMember(LINK, false)),
  update: answered(member),
  remove: answered({ ...member, keysLeft: 0 }),
  impact: answered(IMPACT),
  handOver: answered({ keys: [createdKey(), createdKey({ id: '2', name: 'Results page' })] }),
}

const MANAGING = { actions: ACTIONS, heirs: HEIRS, accountsPath: '/accounts', mails: false }
const FILTERS = { here: '/members', given: {} }
const PEOPLE = { ...PAGE, things: 'members', shown: MEMBERS.length, total: 5 }

const NOBODY = { ...PEOPLE, shown: 0, total: 0, next: null }

const panel =
  (given: Partial<Parameters<typeof MembersPanel>[0]> = {}) =>
  () => (
    <MembersPanel
      members={MEMBERS}
      self={ADA.id}
      filters={FILTERS}
      paging={PEOPLE}
      keysPath="/keys"
      managing={MANAGING}
      {...given}
    />
  )

const leaving =
  (act: Leaving, impact = IMPACT) =>
  () => (
    <LeavingDialog
      leaving={act}
      member={aMember()}
      impact={impact}
      actions={ACTIONS}
      onHandOver={nothing}
      onClose={nothing}
      onDone={nothing}
    />
  )

const link =
  (command: LinkCommand, mails: boolean, given: Partial<MemberActions> = {}) =>
  () => (
    <MemberLinkDialog
      member={aMember()}
      command={command}
      mails={mails}
      actions={{ ...ACTIONS, ...given }}
      onMade={nothing}
      onClose={nothing}
    />
  )

const invite =
  (act: MemberActions['invite'] = ACTIONS.invite) =>
  () => <InviteDialog invite={act} onInvited={nothing} onClose={nothing} />

const handOver =
  (heirs: readonly Heir[], act: MemberActions['handOver'] = ACTIONS.handOver) =>
  () => (
    <HandOverDialog
      member={aMember()}
      keys={AFFECTED}
      heirs={heirs}
      handOver={act}
      accountsPath="/accounts"
      onHandedOver={nothing}
      onClose={nothing}
    />
  )

const roles =
  (given: Partial<MemberActions> = {}) =>
  () => (
    <RolesDialog
      member={aMember()}
      actions={{ ...ACTIONS, ...given }}
      onNarrows={nothing}
      onClose={nothing}
      onDone={nothing}
    />
  )

const LISTS = [
  body('members', panel()),
  body('members, one', panel({ members: MEMBERS.slice(0, 1), paging: { ...PEOPLE, shown: 1, total: 1 } })),
  body(
    'members, looked at',
    panel({ managing: null, members: MEMBERS.map((one) => ({ ...one, keys: null })) }),
  ),
  body(
    'members, nobody found',
    panel({ members: [], paging: NOBODY, filters: { ...FILTERS, given: { q: 'nobody' } } }),
  ),
  body(
    'members, nobody invited',
    panel({ members: [], paging: NOBODY, filters: { ...FILTERS, given: { show: 'invited' } } }),
  ),
  body('members, a menu', panel(), press('Actions for Ines Invited'), read('Withdraw invitation…')),
]

const email = type('Email', 'nora@demo.test')

export const MEMBER_STATES = [
  ...LISTS,
  part('invite', invite()),
  part(
    'invite, no role',
    invite(),
    email,
    press('Athlete'),
    press('Invite'),
    read('Choose at least one role.'),
  ),
  part('invite, waiting', invite(waiting), email, press('Invite')),
  part(
    'invite, refused',
    invite(refused('The input is not valid.', { email: 'is in the club already' })),
    email,
    press('Invite'),
    read('in the club already'),
  ),
  part('invite, no answer', invite(lost), email, press('Invite'), read('No answer came')),
  part('invited, a link', invite(), email, press('Invite'), read('is invited')),
  part('invited, by mail', () => <Invited invited={invitedMember(null, true)} onClose={nothing} />),
  part('invited, without a mail', () => <Invited invited={invitedMember(null, false)} onClose={nothing} />),
  part('invitation again', link('invite-again', true)),
  part('invitation link', link('invitation-link', false)),
  part(
    'invitation link, refused',
    link('invitation-link', false, { invitationLink: refused('They have joined meanwhile.') }),
    press('Make link'),
    read('meanwhile'),
  ),
  part('password link, by mail', link('password-link', true)),
  part('password link', link('password-link', false), press('Make link'), read('A password link')),
  part('withdraw', () => (
    <WithdrawDialog member={aMember()} withdraw={ACTIONS.withdraw} onClose={nothing} onDone={nothing} />
  )),
  part('roles', roles()),
  part('roles, none', roles(), press('Coach'), press('Save roles'), read('Choose at least one role.')),
  part('roles, waiting', roles({ impact: waiting }), press('Save roles')),
  part('remove', leaving({ act: 'remove' })),
  part('remove, without keys', leaving({ act: 'remove' }, NO_IMPACT)),
  part('remove, with webhooks', leaving({ act: 'remove' }, { ...NO_IMPACT, webhooks: WEBHOOKS })),
  part('suspend', leaving({ act: 'suspend' })),
  part('narrow', leaving({ act: 'roles', roles: ['ATHLETE'] })),
  part('hand over, to nobody', handOver([])),
  part('hand over', handOver(HEIRS)),
  part(
    'hand over, refused',
    handOver(HEIRS, refused('The account was suspended meanwhile.')),
    press('Hand over'),
    read('meanwhile'),
  ),
  part('hand over, done', handOver(HEIRS), press('Hand over'), read('2 new keys')),
]
