'use client'

import { roleNames } from '../role-names'
import { Badge } from '../ui/badge'
import { ACTIONS, Cell, Row, Table } from '../ui/table'
import { When } from '../when'
import { useWords } from '../words'
import type { ListedMember } from './actions'
import { MemberMenu, type MemberCommand } from './member-menu'

type Props = {
  members: ListedMember[]
  self: string
  run: ((command: MemberCommand, member: ListedMember) => void) | null
}

export function MembersTable({ members, self, run }: Props) {
  const words = useWords()
  const showKeys = members.some(({ keys }) => keys !== null)
  const columns = [
    'Name',
    'Roles',
    'Status',
    ...(showKeys ? ['Live keys'] : []),
    'Joined',
    ...(run ? [ACTIONS] : []),
  ]
  return (
    <div className="xl:overflow-hidden xl:rounded-xl xl:border xl:border-line xl:bg-raised xl:pt-3">
      <Table label="Members" columns={columns}>
        {members.map((member) => (
          <Row key={member.id}>
            <Cell className="max-xl:col-span-full max-xl:pr-10 xl:max-w-72">
              <span className="block truncate font-semibold max-xl:text-base">
                {member.user.name}{' '}
                {member.user.id === self && <span className="font-normal text-quiet">(you)</span>}
              </span>
              {member.user.email !== member.user.name && (
                <span className="block truncate text-quiet">{member.user.email}</span>
              )}
            </Cell>
            <Cell label="Roles">{roleNames(words.roles, member.roles)}</Cell>
            <Cell label="Status">
              <Badge tone={member.status === 'ACTIVE' ? 'good' : 'warn'}>
                {member.status === 'ACTIVE' ? 'Active' : 'Suspended'}
              </Badge>
            </Cell>
            {member.keys !== null && (
              <Cell label="Live keys" className="tabular-nums">
                {member.keys === 0 ? <span className="text-quiet">None</span> : member.keys}
              </Cell>
            )}
            <Cell label="Joined">
              <When at={member.joinedAt} />
            </Cell>
            {run && (
              <Cell className="max-xl:absolute max-xl:top-1.5 max-xl:right-1.5 xl:w-8 xl:py-2! xl:text-right">
                <MemberMenu member={member} run={(command) => run(command, member)} />
              </Cell>
            )}
          </Row>
        ))}
      </Table>
    </div>
  )
}
