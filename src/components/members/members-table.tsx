'use client'

import { KeyCount } from '../keys/key-count'
import { roleNames } from '../role-names'
import { ACTIONS, Cell, MenuCell, Row, Table } from '../ui/table'
import { When } from '../when'
import { useWords } from '../words'
import type { ListedMember } from './actions'
import { MemberMenu, type MemberCommand } from './member-menu'
import { MemberStatus } from './member-status'

type Props = {
  members: ListedMember[]
  self: string
  /** The address of the club's keys. */
  keysPath: string
  mails: boolean
  run: ((command: MemberCommand, member: ListedMember) => void) | null
}

export function MembersTable({ members, self, keysPath, mails, run }: Props) {
  const showKeys = members.some(({ keys }) => keys !== null)
  const columns = [
    'Name',
    'Roles',
    'Status',
    ...(showKeys ? ['Live keys'] : []),
    ...(run ? ['Last seen', ACTIONS] : ['Joined']),
  ]
  const { roles } = useWords()
  return (
    <Table label="Members" columns={columns}>
      {members.map((member) => (
        <Row key={member.id}>
          <Person member={member} isSelf={member.user.id === self} />
          <Cell label="Roles">{roleNames(roles, member.roles)}</Cell>
          <Cell label="Status">
            <MemberStatus member={member} />
          </Cell>
          {member.keys !== null && (
            <Cell label="Live keys" className="tabular-nums">
              <KeyCount count={member.keys} owner={member.user} keysPath={keysPath} />
            </Cell>
          )}
          <Cell label={run ? 'Last seen' : 'Joined'}>
            {run ? <LastSeen member={member} /> : <When at={member.joinedAt} />}
          </Cell>
          {run && (
            <MenuCell>
              <MemberMenu {...{ member, mails }} run={(command) => run(command, member)} />
            </MenuCell>
          )}
        </Row>
      ))}
    </Table>
  )
}

type One = { member: ListedMember }

function Person({ member: { user }, isSelf }: One & { isSelf: boolean }) {
  return (
    <Cell className="max-md:col-span-full max-md:pr-10 md:max-w-72">
      <span className="block truncate font-medium" title={user.name}>
        <bdi>{user.name}</bdi> {isSelf && <span className="font-normal text-quiet">(you)</span>}
      </span>
      {user.email !== user.name && (
        <span className="block truncate text-quiet" title={user.email}>
          {user.email}
        </span>
      )}
    </Cell>
  )
}

function LastSeen({ member: { lastSeenAt } }: One) {
  return lastSeenAt ? <When at={lastSeenAt} /> : <span className="text-quiet">Never</span>
}
