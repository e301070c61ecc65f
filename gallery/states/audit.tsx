import { AuditFilters } from '@/components/audit/audit-filters'
import { AuditList } from '@/components/audit/audit-list'
import { ExportMenu } from '@/components/list/export-menu'
import { EVENTS } from '../data/audit'
import { ADA } from '../data/people'
import { ago } from '../data/time'
import { AUDIT_TEXTS, WORDS } from '../data/words'
import { part, press, read } from '../state'

const list = (events: typeof EVENTS) => () => (
  <AuditList events={events} texts={AUDIT_TEXTS} roles={WORDS.roles} today={ago(0)} />
)

export const AUDIT = [
  part('audit', list(EVENTS)),
  part('audit, one', list(EVENTS.slice(0, 1))),
  part('audit filters', () => (
    <AuditFilters
      here="/audit"
      texts={AUDIT_TEXTS}
      people={[ADA]}
      action="api-key.revoke"
      person={ADA.id}
      filtered
    />
  )),
  part(
    'audit export',
    () => <ExportMenu club="demo" path="/api" query="" what="The log is" file="audit" filtered={false} />,
    press('Export'),
    read('JSON lines'),
  ),
]
