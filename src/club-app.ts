import './keys'
import './on-record'
import { sessionPort } from '@/app/session-port'
import { standInClubApp } from '@/http/host'
import { remindPeople } from '@/lib/letters/remind-people'
import { noteEnd, writeMail } from '@/lib/letters/write-mail'
import { outdatedMails } from '@/lib/mail/outdated'
import { writeMailsBy } from '@/lib/mail/port'
import { notifyBy } from '@/lib/reminders/port'
import { outdatedSignIns } from '@/lib/sign-in/outdated'
import { sweepAlso } from '@/lib/sweep/sweep'

// Tells the key layer whose app it stands in. Middleware and the process's start import it.
standInClubApp(sessionPort)
sweepAlso({ ...outdatedSignIns, ...outdatedMails })
notifyBy(remindPeople)
writeMailsBy({ write: writeMail, ended: noteEnd })
