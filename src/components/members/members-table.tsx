'use client'

import { roleNames } from '../role-names'
import { Badge } from '../ui/badge'
import { ACTIONS, Cell, Row, Table } from '../ui/table'
import { When } from '../when'
import type { ListedMember } from './actions'
import { MemberMenu, type MemberCommand } from './member-menu'

type Props = { members: ListedMember[]; self: string; run: ((command: MemberCommand, member: ListedMember) => void) | null }

export function MembersTable({ members, self, run }: Props) {
  const showKeys = members.some(({ keys }) => keys !== null)
  const columns = ['Name', 'Roles', 'Status', ...(showKeys ? ['Live keys'] : []), 'Joined', ...(run ? [ACTIONS] : [])]
  return (
    <div className="lg:overflow-hidden lg:rounded-xl lg:border lg:border-line lg:bg-raised lg:pt-3">
      <Table label="Members" columns={columns}>
        {members.map((member) => (
          <Row key={member.id}>
            <Cell className="max-lg:col-span-2 max-lg:pr-10 lg:max-w-72">
              <span className="block truncate font-semibold max-lg:text-base">
                {member.user.name} {member.user.id === self && <span className="font-normal text-quiet">(you)</span>}
              </span>
              {member.user.email !== member.user.name && <span className="block truncate text-quiet">{member.user.email}</span>}
            </Cell>
            <Cell label="Roles">{roleNames(member.roles)}</Cell>
            <Cell label="Status">
              <Badge tone={member.status === 'ACTIVE' ? 'good' : 'warn'}>{member.status === 'ACTIVE' ? 'Active' : 'Suspended'}</Badge>
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
              <Cell className="max-lg:absolute max-lg:top-1.5 max-lg:right-1.5 lg:w-8 lg:py-2! lg:text-right">
                <MemberMenu member={member} run={(command) => run(command, member)} />
              </Cell>
            )}
          </Row>
        ))}
      </Table>
    </div>
  )
}
