import './keys'
import { sessionPort } from '@/app/session-port'
import { standInClubApp } from '@/http/host'
import { remindPeople } from '@/lib/mail/remind-people'
import { notifyBy } from '@/lib/reminders/port'
import { outdatedSignIns } from '@/lib/sign-in/outdated'
import { sweepAlso } from '@/lib/sweep/sweep'

// Tells the key layer whose app it stands in. Middleware and the process's start import it.
standInClubApp(sessionPort)
sweepAlso(outdatedSignIns)
notifyBy(remindPeople)
